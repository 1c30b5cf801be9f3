// Package qrcode makes QR codes of texts, as scripts and pages show them.
package qrcode

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Quiet is the margin that a reader needs around the code, in modules (ISO/IEC 18004).
const Quiet = 4

// Code is a QR code: rows of modules, true for the dark ones, without the margin.
type Code [][]bool

// Of returns the code of a text, which a reader still knows when 15 % of it are hidden
// (error correction M).
func Of(text string) (Code, error) {
	made, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("qrcode: %w", err)
	}
	size := made.Bounds()
	code := make(Code, 0, size.Dy())
	for y := size.Min.Y; y < size.Max.Y; y++ {
		row := make([]bool, 0, size.Dx())
		for x := size.Min.X; x < size.Max.X; x++ {
			r, _, _, _ := made.At(x, y).RGBA()
			row = append(row, r == 0)
		}
		code = append(code, row)
	}
	return code, nil
}

// Rows returns the rows as 0 and 1.
func (c Code) Rows() []string {
	rows := make([]string, 0, len(c))
	for _, row := range c {
		var b strings.Builder
		for _, dark := range row {
			b.WriteByte(map[bool]byte{false: '0', true: '1'}[dark])
		}
		rows = append(rows, b.String())
	}
	return rows
}

// Side is the length of a side with the margin, in modules.
func (c Code) Side() int { return len(c) + 2*Quiet }

// Path returns the dark modules as an SVG path, one unit a module, inside the margin:
// a rectangle for each run of a row.
func (c Code) Path() string {
	var b strings.Builder
	for y, row := range c {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+Quiet, y+Quiet, x-from, x-from)
		}
	}
	return b.String()
}
