package respond

import (
	"bufio"
	"encoding/csv"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"
)

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

// SendCSV sends a table under a file name while write fills it (RFC 4180). Whether
// somebody still reads shows in the table's Error after Flush.
func SendCSV(c *fiber.Ctx, name string, write func(*csv.Writer)) {
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Context().SetBodyStreamWriter(func(out *bufio.Writer) {
		if _, err := out.WriteString(byteOrderMark); err != nil {
			return // nobody reads
		}
		table := csv.NewWriter(out)
		table.UseCRLF = true
		write(table)
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
