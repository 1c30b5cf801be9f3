package crypto

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNotSealed says that bytes are not what a browser must send: an age file to
// exactly so many hybrid recipients, whole as far as its length tells.
var ErrNotSealed = errors.New("crypto: not an age file to the hybrid recipients it must have")

// An age file for hybrid recipients only has a header whose length follows from
// their number (C2SP age, version 1): no line of it has room for anything else.
const (
	sealedVersion = "age-encryption.org/v1\n"
	stanzaStart   = "-> mlkem768x25519 "
	macStart      = "--- "
	kemSize       = 1088 + 32 // ML-KEM-768 ciphertext and X25519 share
	wrappedSize   = 16 + 16   // file key and its tag
	macSize       = 32
	nonceSize     = 16
	chunkSize     = 64 << 10
	chunkTag      = 16
)

// headerBase64 is how age writes bytes in its header: no padding, no spare bits.
var headerBase64 = base64.RawStdEncoding.Strict()

// SealedSize returns the length of the age file that holds plaintext bytes for
// so many recipients.
func SealedSize(plaintext int64, recipients int) int64 {
	chunks := max(1, (plaintext+chunkSize-1)/chunkSize)
	return headerSize(recipients) + nonceSize + plaintext + chunks*chunkTag
}

func headerSize(recipients int) int64 {
	stanza := len(stanzaStart) + headerBase64.EncodedLen(kemSize) + 1 + headerBase64.EncodedLen(wrappedSize) + 1
	mac := len(macStart) + headerBase64.EncodedLen(macSize) + 1
	return int64(len(sealedVersion) + recipients*stanza + mac)
}

// CheckSealed reads the header of an age file of size bytes and returns the
// length of the plaintext that it holds, or ErrNotSealed unless it is for
// exactly so many hybrid recipients and for nobody else. It needs no key: it
// keeps plaintext out, and what the named people could not open at all. Whether
// they can open it, only they can tell.
func CheckSealed(file io.Reader, size int64, recipients int) (plaintext int64, err error) {
	length := headerSize(recipients)
	if size < length {
		return 0, ErrNotSealed
	}
	header := make([]byte, length)
	if _, err := io.ReadFull(file, header); err != nil {
		return 0, fmt.Errorf("crypto: header of a sealed file: %w", err)
	}
	if !validHeader(string(header), recipients) {
		return 0, ErrNotSealed
	}
	return payloadLength(size - length)
}

// CheckSealedBytes is CheckSealed of what lies in memory.
func CheckSealedBytes(sealed []byte, recipients int) (plaintext int64, err error) {
	return CheckSealed(bytes.NewReader(sealed), int64(len(sealed)), recipients)
}

func validHeader(header string, recipients int) bool {
	rest, ok := strings.CutPrefix(header, sealedVersion)
	for range recipients {
		ok = ok && cutField(&rest, stanzaStart, kemSize) && cutField(&rest, "", wrappedSize)
	}
	return ok && cutField(&rest, macStart, macSize) && rest == ""
}

// cutField takes one line of the header: start, and so many bytes in base64.
func cutField(rest *string, start string, size int) bool {
	line, after, ok := strings.Cut(*rest, "\n")
	value, starts := strings.CutPrefix(line, start)
	if !ok || !starts || len(value) != headerBase64.EncodedLen(size) || strings.Contains(value, "\r") {
		return false
	}
	*rest = after
	decoded, err := headerBase64.DecodeString(value)
	return err == nil && len(decoded) == size
}

// payloadLength returns how long the plaintext of a payload is: a nonce, then
// chunks of 64 KiB, each with its tag. Only the last may be shorter, and none
// but the only one may be empty.
func payloadLength(size int64) (int64, error) {
	size -= nonceSize
	full, last := size/(chunkSize+chunkTag), size%(chunkSize+chunkTag)
	switch {
	case size < chunkTag:
		return 0, ErrNotSealed
	case last == 0:
		return full * chunkSize, nil
	case last < chunkTag || last == chunkTag && full > 0:
		return 0, ErrNotSealed
	}
	return full*chunkSize + last - chunkTag, nil
}

// CheckMessage reports whether bytes can be a report or message: sealed to two,
// case and reporter, and padded as messages are.
func CheckMessage(sealed []byte) error { return checkPadded(sealed, 2) }

// CheckNote reports whether bytes can be a note: sealed to the case alone, and
// padded as messages are.
func CheckNote(sealed []byte) error { return checkPadded(sealed, 1) }

func checkPadded(sealed []byte, recipients int) error {
	n, err := CheckSealedBytes(sealed, recipients)
	if err == nil && (n < MessageSize || n > maxMessageSize || n&(n-1) != 0) {
		err = ErrNotSealed
	}
	return err
}

// CheckLabels reports whether bytes can be the labels of a case: sealed to the case.
func CheckLabels(sealed []byte) error { return checkLength(sealed, LabelsSize) }

// CheckClassification reports whether bytes can be the classification of a case:
// sealed to the case.
func CheckClassification(sealed []byte) error { return checkLength(sealed, ClassificationSize) }

// CheckFilters reports whether bytes can be the saved filters of a handler: sealed to
// them alone.
func CheckFilters(sealed []byte) error { return checkLength(sealed, FiltersSize) }

// CheckSummary reports whether bytes can be a summary: sealed to the case.
func CheckSummary(sealed []byte) error { return checkLength(sealed, SummarySize) }

// CheckCaseKey reports whether bytes can be a case key: the line of an identity,
// sealed to one handler.
func CheckCaseKey(sealed []byte) error { return checkLength(sealed, caseKeySize) }

func checkLength(sealed []byte, want int64) error {
	n, err := CheckSealedBytes(sealed, 1)
	if err == nil && n != want {
		err = ErrNotSealed
	}
	return err
}

// CheckFile reports whether an age file of size bytes can be a file of a case:
// sealed to so many (a reporter's and a note's to the case, the desk's to the
// reporter, too), and padded as a file of at most limit bytes is.
func CheckFile(file io.Reader, size, limit int64, recipients int) error {
	n, err := CheckSealed(file, size, recipients)
	if err == nil && (n != Padme(n) || n > Padme(limit)) {
		err = ErrNotSealed
	}
	return err
}

const (
	maxMessageSize = 512 << 10 // a padded message of the longest text that the form takes, and more
	caseKeySize    = 78        // AGE-SECRET-KEY-PQ-1, 58 characters, new line
)
