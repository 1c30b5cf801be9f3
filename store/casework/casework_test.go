package casework

import (
	"errors"
	"testing"
)

func TestBound(t *testing.T) {
	b := Bound{Messages: 3, Bytes: 100, Files: 2, FileBytes: 50}
	for _, c := range []struct {
		written Written
		files   int
		want    error
	}{
		{Written{}, 1, nil},
		{Written{2, 99, 1, 49}, 9, nil},
		{Written{3, 0, 0, 0}, 0, ErrFull},
		{Written{0, 100, 0, 0}, 0, ErrFull},
		{Written{2, 99, 2, 0}, 0, nil},
		{Written{2, 99, 2, 0}, 1, ErrFilesFull},
		{Written{2, 99, 0, 50}, 1, ErrFilesFull},
		{Written{3, 99, 2, 0}, 1, ErrFull},
	} {
		if err := b.Check(c.written, c.files); !errors.Is(err, c.want) {
			t.Errorf("%+v with %d files: %v, want %v", c.written, c.files, err, c.want)
		}
	}
	if r, d := ReporterBound, DeskBound; d.Messages <= r.Messages || d.Bytes <= r.Bytes || d.Files <= r.Files || d.FileBytes <= r.FileBytes {
		t.Errorf("handlers may not write far more than a reporter: %+v, %+v", d, r)
	}
}
