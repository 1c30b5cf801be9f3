package main

import (
	"fmt"
	"strings"
)

// row is one line of the table. measured returns the text of the last column,
// and whether it is what is wanted.
type row struct {
	what, wanted string
	measured     func(l *lookup) (string, bool)
}

var rows = []row{
	{"reports accepted over HTTP against bare durable SQLite inserts of the same bytes, 3 handlers, 16 and 64 clients", "≥ 0.3, no errors",
		func(l *lookup) (string, bool) {
			few, many := l.get("Reports/clients=16", "ratio"), l.get("Reports/clients=64", "ratio")
			errors := l.get("Reports/clients=16", "errors") + l.get("Reports/clients=64", "errors")
			return fmt.Sprintf("%.2f and %.2f (%.0f and %.0f reports/s), %.0f errors", few, many,
				l.get("Reports/clients=16", "reports/s"), l.get("Reports/clients=64", "reports/s"), errors), min(few, many) >= 0.3 && errors == 0
		}},
	{"a 1 GB file through the form against bare `age`", "≥ 0.25",
		func(l *lookup) (string, bool) {
			ratio := l.get("Upload", "ratio")
			return fmt.Sprintf("%.2f (%.0f MB/s)", ratio, l.get("Upload", "MB/s")), ratio >= 0.25
		}},
	{"most resident memory while three of them stream, above that after the first page", "≤ 64 MB",
		func(l *lookup) (string, bool) {
			above := l.get("Upload", "MB-above-idle")
			return fmt.Sprintf("%.1f MB", above), above <= 64
		}},
	{"follow-up among 1,000,000 cases against 1,000", "≤ 1.5",
		func(l *lookup) (string, bool) {
			ratio := l.get("FollowUp", "ratio")
			return fmt.Sprintf("%.2f (%.1f ms)", ratio, l.get("FollowUp", "µs-of-1,000,000")/1e3), ratio <= 1.5
		}},
	{"the report form with style and icon, brotli, before any script: all bytes of the answers with their headers, HTTP/1.1, five languages", "≤ 12 KB, ≤ 3 requests",
		func(l *lookup) (string, bool) {
			most, requests := l.get("Pages", "KB-of-the-largest-form"), l.get("Pages", "requests")
			return fmt.Sprintf("%.1f to %.1f KB (%.1f to %.1f KB without headers), %.0f requests", l.get("Pages", "KB-of-the-smallest-form"), most,
				l.get("Pages", "KB-of-the-smallest-without-headers"), l.get("Pages", "KB-of-the-largest-without-headers"), requests), most <= 12 && requests <= 3
		}},
	{"what seals in the browser, brotli, with headers; with everything else of the form's scripts", "≤ 38 KB",
		func(l *lookup) (string, bool) {
			seals := l.get("Pages", "KB-that-seal")
			return fmt.Sprintf("%.1f KB; %.1f KB", seals, l.get("Pages", "KB-of-scripts")), seals <= 38
		}},
	{"a text report sealed in chromium for 3 handlers, Send to receipt, CPU slowed 6× (and not slowed)", "< 1 s",
		func(l *lookup) (string, bool) {
			slowed := l.get("Scripts", "ms-to-receipt-slowed-6×") / 1e3
			return fmt.Sprintf("%.2f s (%.2f s)", slowed, l.get("Scripts", "ms-to-receipt")/1e3), slowed < 1
		}},
	{"the steps of the form in chromium with nothing cached, on a line of 600 ms and 50 KiB/s", "≤ 2.5 s",
		func(l *lookup) (string, bool) {
			seconds := l.get("Scripts", "s-to-steps-on-a-slow-line")
			return fmt.Sprintf("%.1f s", seconds), seconds <= 2.5
		}},
	{"resident memory of the page above that of the empty form while 200 MB of photo are examined, cleaned, sealed and sent", "≤ 150 MB",
		func(l *lookup) (string, bool) {
			above := l.get("Scripts", "MB-above-idle-in-page")
			return fmt.Sprintf("%.0f MB, %.0f MB/s", above, l.get("Scripts", "MB/s")), above <= 150
		}},
	{"a page of the desk's list with all counts, among 1,000,000 cases against 1,000, 600 open in both; each tab", "≤ 1.5",
		func(l *lookup) (string, bool) {
			least, most := l.span("DeskList", "ratio")
			quick, slow := l.span("DeskList", "µs/many")
			return fmt.Sprintf("%.2f to %.2f (%.1f to %.1f ms)", least, most, quick/1e3, slow/1e3), most <= 1.5
		}},
	{"a page of the desk's list, 50 cases, sent as it is; with brotli it would be", "≤ 130 KB",
		func(l *lookup) (string, bool) {
			plain := l.get("List", "KB-plain")
			return fmt.Sprintf("%.1f KB; %.1f KB", plain, l.get("List", "KB-compressed")), plain <= 130
		}},
	{"the answer with a case of 1,000 messages against one of 50, to a handler's browser; its bytes", "≤ 1.5; ≤ 1.5",
		func(l *lookup) (string, bool) {
			ratio, bytes := l.get("LongCase", "ratio"), l.get("LongCase", "ratio-of-bytes")
			return fmt.Sprintf("%.2f (%.1f ms); %.2f", ratio, l.get("LongCase", "µs-of-1,000")/1e3, bytes), ratio <= 1.5 && bytes <= 1.5
		}},
	{"search in the handler's browser: 2,000 cases opened; the slowest query", "< 60 s; < 100 ms",
		func(l *lookup) (string, bool) {
			opened, slowest := l.get("Search", "s-until-2000-cases-are-opened"), l.get("Search", "ms-of-the-slowest-query")
			return fmt.Sprintf("%.1f s; %.0f ms", opened, slowest), opened < 60 && slowest < 100
		}},
	{"how often a sign-in with a known address takes longer than one with an unknown, over 2,500 tries: the salt; a wrong password", "0.45 to 0.55",
		func(l *lookup) (string, bool) {
			salt, password := l.get("SignIn", "AUC-salt"), l.get("SignIn", "AUC-password")
			return fmt.Sprintf("%.2f; %.2f", salt, password), min(salt, password) >= 0.45 && max(salt, password) <= 0.55
		}},
	{"from the start of the process to the first page; resident memory a second later; size of the binary", "",
		func(l *lookup) (string, bool) {
			return fmt.Sprintf("%.0f ms; %.0f MB; %.1f MB", l.get("Start", "ms-to-first-page"), l.get("Start", "MB-resident"), l.get("Start", "MB-binary")), true
		}},
}

// render returns the table in Markdown.
func render(found figures) (string, error) {
	l := &lookup{figures: found}
	var table strings.Builder
	table.WriteString("| what | wanted | measured |\n|---|---|---|\n")
	for _, r := range rows {
		measured, met := r.measured(l)
		if !met {
			measured = "**missed:** " + measured
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", r.what, r.wanted, measured)
	}
	if len(l.missing) > 0 {
		return "", fmt.Errorf("there are no figures of %s", strings.Join(l.missing, ", "))
	}
	return table.String(), nil
}
