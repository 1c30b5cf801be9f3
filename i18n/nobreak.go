package i18n

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	wordJoiner   = "\u2060"
	noBreakSpace = "\u00a0"
	mayBreak     = "\u200b" // within a word that is longer than its column
)

// together holds by language what one line must hold: a number with its unit, and
// words that browsers part where no reader would.
var together = map[string]*regexp.Regexp{
	"en": numbers("day|working|month|year|hour|minute|second|file|case|row|people|character|letter|digit|byte|piece|message|key", `art\.|Article`, `e-mail`),
	"es": numbers("día|mes|año|hora|minuto|segundo|archivo|caso|fila|persona|car[aá]cter|letra|cifra|byte|parte|mensaje|clave", `art\.|artículo|Ley`, `no está bien|tardar el`),
	"pt": numbers("dia|m[eê]s|ano|hora|minuto|segundo|arquivo|caso|linha|pessoa|caracter|letra|dígito|byte|trecho|mensage|chave", `art\.|artigo|Lei`, `O que aconteceu|e-mail`),
	"ja": regexp.MustCompile(`(?:あと|残り|第)?` + figure + `(?:か[月国所]|営業日|文字|時間|[日月年回件個分秒人組番つ条])|書き取|引き続|読ませたくない人|封（`),
	"zh": regexp.MustCompile(`(?:(?:还剩|已逾期|已结束|第) )?` + figure + ` (?:个月|个工作日|工作日|小时|分钟|[个天秒条次份位项组字月日年])|(?:还剩|已逾期|已结束|第) ` + figure + `|查询码|密钥|快速离开本页`),
}

const figure = `(?:[0-9]|\{\{\.\w+\}\})`

// numbers finds a number before one of some units, or after one of some words, and
// other words.
func numbers(units, before, words string) *regexp.Regexp {
	return regexp.MustCompile(figure + ` (?:` + units + `)|(?:` + before + `) [0-9]|` + words)
}

// longWords are broken in the middle alone, where a column is too narrow.
var longWords = strings.NewReplacer("セクシュアルハラスメント", "セクシュアル"+mayBreak+"ハラスメント")

// unbroken returns a text of a key as a page shows it, with what belongs together.
// Dates and letters stay as they are: they are sealed into messages, where an
// invisible character would be shown.
func unbroken(language, key, text string) string {
	if strings.HasPrefix(key, "date.") || strings.HasPrefix(strings.TrimPrefix(key, "consultation."), "template.") {
		return text
	}
	if language == "ja" {
		text = longWords.Replace(text)
	}
	return together[language].ReplaceAllStringFunc(text, joined)
}

// joined leaves no place for a line to end. Letters of our alphabets need nothing
// between them.
func joined(text string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range text {
		if r == ' ' {
			b.WriteString(noBreakSpace)
		} else {
			if last != 0 && last != ' ' && (wide(r) || wide(last) || last == '-') {
				b.WriteString(wordJoiner)
			}
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

func wide(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }
