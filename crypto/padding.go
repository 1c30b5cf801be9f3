package crypto

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
)

// Sizes after padding, in bytes.
const (
	MessageSize = 4096 // the smallest padded message
	SummarySize = 1024 // every padded summary
	LabelsSize  = 512  // all labels of a case, padded
	FiltersSize = 8192 // all saved filters of a handler, padded

	ClassificationSize = 8192 // every padded classification
)

var errPadding = errors.New("crypto: text is longer than the room for it")

// padMessage appends spaces up to the next power of two, at least MessageSize.
func padMessage(json []byte) []byte {
	size := MessageSize
	for size < len(json) {
		size *= 2
	}
	return padTo(json, size)
}

func padTo(json []byte, size int) []byte {
	return append(json, bytes.Repeat([]byte{' '}, size-len(json))...)
}

// Padme returns the padded length of a file of n bytes, at most 12 % more, by
// which a stored file's length says little about the file (Nikitin et al.,
// "Reducing Metadata Leakage from Encrypted Files and Communication with
// PURBs", PoPETs 2019, algorithm 1).
func Padme(n int64) int64 {
	if n < 2 {
		return n
	}
	e := bits.Len64(uint64(n)) - 1    // ⌊log₂ n⌋
	s := bits.Len64(uint64(e))        // bits to write e
	mask := int64(1)<<max(e-s, 0) - 1 // the last bits become 0
	return (n + mask) &^ mask
}

// PadFile writes the zeros that follow a file of n bytes.
func PadFile(dst io.Writer, n int64) error {
	_, err := io.CopyN(dst, zeros{}, Padme(n)-n)
	return err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
