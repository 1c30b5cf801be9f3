package i18n

import (
	"regexp"
	"strings"
)

// In Japanese and Chinese a line may end between a number and its counter, and
// within か月. Browsers that know phrases do not do that; for the others the texts
// hold characters that keep them together.
var counters = map[string]struct {
	pattern *regexp.Regexp
	joined  func(match string) string
}{
	"ja": {regexp.MustCompile(`(?:[0-9]|\{\{\.\w+\}\})(?:か[月国所]|営業日|文字|時間|[日月年回件個分秒人組番つ])`), joinCharacters},
	"zh": {regexp.MustCompile(`(?:[0-9]|\{\{\.\w+\}\}) (?:工作日|小时|分钟|[个天秒条次份位项组字月日年])`), func(match string) string {
		return strings.ReplaceAll(match, " ", "\u00a0")
	}},
}

const wordJoiner = "\u2060"

// joinCharacters keeps a counter together, and with the number before it.
func joinCharacters(match string) string {
	at := strings.LastIndexAny(match, "0123456789}") + 1
	return match[:at] + wordJoiner + strings.Join(strings.Split(match[at:], ""), wordJoiner)
}

// unbroken returns a text of a key with what belongs together. Dates and letters stay
// as they are: they are sealed into messages, where an invisible character would be shown.
func unbroken(language, key, text string) string {
	c, ok := counters[language]
	if !ok || strings.HasPrefix(key, "date.") || strings.HasPrefix(strings.TrimPrefix(key, "consultation."), "template.") {
		return text
	}
	return c.pattern.ReplaceAllStringFunc(text, c.joined)
}
