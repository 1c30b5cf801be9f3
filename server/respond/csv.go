package respond

import (
	"encoding/csv"
	"io"
	"log/slog"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"
)

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

// SendCSV sends a table under a file name while write fills it (RFC 4180). Whether
// somebody still reads shows in the table's Error after Flush.
func SendCSV(c *fiber.Ctx, log *slog.Logger, name string, write func(*csv.Writer) error) {
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	Stream(c, log, -1, func(out io.Writer) error {
		if _, err := io.WriteString(out, byteOrderMark); err != nil {
			return err
		}
		table := csv.NewWriter(out)
		table.UseCRLF = true
		return write(table)
	})
}

// formulas are the characters with which spreadsheets begin one, the full-width
// forms of East Asian keyboards among them.
const formulas = "=+-@\t\r\n＝＋－＠"

// Cell makes a text one that no spreadsheet takes for a formula: CSV has no other
// way to say so than an apostrophe before it (OWASP, CSV Injection).
func Cell(text string) string {
	begins := strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) && r != '\t' && r != '\r' && r != '\n' || r == '"' || r == '\''
	})
	if begins != "" && strings.ContainsRune(formulas, []rune(begins)[0]) {
		return "'" + text
	}
	return text
}
