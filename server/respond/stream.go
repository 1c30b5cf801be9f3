package respond

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"
)

// Stream answers with what write writes, in a goroutine of its own, while it is sent.
// size is how long that is, -1 where it is not known. After an error of write, or a
// panic, the connection is cut: what came does not pass for the whole.
func Stream(c *fiber.Ctx, log *slog.Logger, size int, write func(io.Writer) error) {
	if c.Method() == fiber.MethodHead {
		return // fasthttp would end a body that it does not send, and the line's end belong to no answer
	}
	read, to := io.Pipe()
	go func() { to.CloseWithError(written(log, to, write)) }()
	c.Context().SetBodyStream(read, size) // and closes it, which ends the writing
}

var errPanic = errors.New("respond: a panic while an answer was written")

// written is the error of write. A panic in this goroutine would end the process.
func written(log *slog.Logger, to io.Writer, write func(io.Writer) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			LogPanic(log, v)
			err = errPanic
		}
	}()
	out := bufio.NewWriter(to)
	err = write(out)
	if flushErr := out.Flush(); err == nil { // what was written last may say that it broke off
		err = flushErr
	}
	return err
}

// LogPanic logs where a panic happened, but not its value, which may hold what somebody
// wrote. It is called while the panic is recovered from.
func LogPanic(log *slog.Logger, v any) {
	log.Error("panic in a handler", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
}
