package bench

import (
	"path"
	"regexp"
	"slices"
	"testing"

	"hotline/i18n"
	"hotline/test/rig"
)

// BenchmarkPages: what a browser reads from the connection for the report form
// with style and icon, and for its scripts. Every byte of an answer counts, with
// its headers, in HTTP/1.1 without TLS, compressed with brotli. Wanted: at most
// 12 KB and 3 requests before any script, 38 KB of scripts that seal.
func BenchmarkPages(b *testing.B) {
	s, _ := rig.WithHandlers(b)
	for b.Loop() {
		var forms, bodies []int64
		requests := 0
		for _, l := range i18n.Languages {
			c := rig.FirstVisit(b, s.URL, "/"+l.Code+"/report")
			forms, bodies, requests = append(forms, c.Read.Load()), append(bodies, c.Bodies), max(requests, len(c.Seen))
		}
		page := scriptCounter{rig.NewCounter(b, s.URL)}
		form := page.Get("/en/report")
		page.Read.Store(0)
		sealing := ""
		for _, script := range regexp.MustCompile(`<script type="module" src="([^"]+)"`).FindAllStringSubmatch(form, -1) {
			sealing += page.modules(script[1])
		}
		if sealing == "" {
			b.Fatal("no script of the form loads what seals")
		}
		seals := scriptCounter{rig.NewCounter(b, s.URL)}
		seals.modules(sealing)
		page.modules(sealing)
		b.ReportMetric(float64(slices.Min(forms))/1e3, "KB-of-the-smallest-form")
		b.ReportMetric(float64(slices.Max(forms))/1e3, "KB-of-the-largest-form")
		b.ReportMetric(float64(slices.Min(bodies))/1e3, "KB-of-the-smallest-without-headers")
		b.ReportMetric(float64(slices.Max(bodies))/1e3, "KB-of-the-largest-without-headers")
		b.ReportMetric(float64(requests), "requests")
		b.ReportMetric(float64(seals.Read.Load())/1e3, "KB-that-seal")
		b.ReportMetric(float64(page.Read.Load())/1e3, "KB-of-scripts")
	}
}

// scriptCounter follows what scripts import.
type scriptCounter struct{ *rig.Counter }

var (
	atOnce = regexp.MustCompile(`(?:from|import) ?"\./([\w-]+\.js)"`)
	later  = regexp.MustCompile(`import\("\./(sealing-[\w-]+\.js)"\)`)
)

// modules gets a script and those that it imports at once, each one time. It
// returns the address of what seals if one of them loads that later.
func (c scriptCounter) modules(address string) (sealing string) {
	if c.Seen[address] {
		return ""
	}
	script := c.Get(address)
	for _, name := range atOnce.FindAllStringSubmatch(script, -1) {
		if found := c.modules(path.Join(path.Dir(address), name[1])); found != "" {
			sealing = found
		}
	}
	if found := later.FindStringSubmatch(script); found != nil {
		sealing = path.Join(path.Dir(address), found[1])
	}
	return sealing
}
