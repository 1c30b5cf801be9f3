package i18n

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Spanish is read in Spain, where 30,000 is thirty and 1.500 is fifteen hundred,
// and in Mexico, where it is the other way round. So thousands stand apart by the
// narrow space of the RAE and the SI, from five digits on, and decimals follow the
// point that the RAE recommends. number of lib/texts.ts does the same.

const narrowSpace = "\u202f"

var english = message.NewPrinter(language.English)

// decimal writes a number with the language's separators, and at most one decimal.
func (t *Texts) decimal(value float64) string {
	if t.language.Code != "es" {
		return t.printer.Sprint(number.Decimal(value, number.MaxFractionDigits(1)))
	}
	const grouped = 10_000
	if value < grouped {
		return english.Sprint(number.Decimal(value, number.MaxFractionDigits(1), number.NoSeparator()))
	}
	return strings.ReplaceAll(english.Sprint(number.Decimal(value, number.MaxFractionDigits(1))), ",", narrowSpace)
}
