package respond

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// The length of an answer does not tell what it says.
func TestAnswersOfWholeKilobytes(t *testing.T) {
	app := fiber.New()
	for said, want := range map[int]int{0: 1 << 10, 100: 1 << 10, 1022: 1 << 10, 1023: 2 << 10} {
		c := app.AcquireCtx(&fasthttp.RequestCtx{})
		if err := SendJSON(c, fiber.StatusOK, strings.Repeat("x", said)); err != nil {
			t.Fatal(err)
		}
		if got := len(c.Response().Body()); got != want {
			t.Errorf("%d characters in %d bytes, want %d", said, got, want)
		}
		app.ReleaseCtx(c)
	}
}
