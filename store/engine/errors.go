package engine

import (
	"errors"
	"fmt"
)

// translate wraps a driver's error in the sentinel its code stands for. Errors
// that are ours already, and those that stand for nothing, come back as they
// are.
func translate(err error) error {
	if err == nil {
		return nil
	}
	sentinel := sqliteSentinel(err)
	if sentinel == nil {
		sentinel = postgresSentinel(err)
	}
	if sentinel == nil || errors.Is(err, sentinel) {
		return err
	}
	return fmt.Errorf("%w: %w", sentinel, err)
}
