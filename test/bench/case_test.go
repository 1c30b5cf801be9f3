package bench

import (
	"net/http"
	"testing"
	"time"

	"hotline/test/rig"
)

// BenchmarkLongCase: the answer with a case of 1,000 messages to a handler's browser,
// against that of a case with 50, in turns: time and bytes. Wanted: at most 1.5 of each.
func BenchmarkLongCase(b *testing.B) {
	d := rig.NewDesks(b, map[string]string{"aiko": "hr"})
	paths := map[int]string{}
	for _, messages := range []int{50, 1000} {
		r := rig.NewReporter(b)
		d.Accept(b, r.Seal(b, d.Intake(b), "power-harassment", "own", "A report of usual length."))
		d.Lengthen(b, r, messages)
		paths[messages] = "/api/desk/cases/" + r.CaseID
	}
	ask := func(messages int) (took float64, bytes int) {
		start := time.Now()
		res := d.People["aiko"].Get(b, paths[messages])
		if res.Status != http.StatusOK {
			b.Fatalf("%d messages = %d", messages, res.Status)
		}
		return float64(time.Since(start).Microseconds()), len(res.Body)
	}
	for b.Loop() {
		var ratios, long []float64
		var few, many int
		for range turns * 3 {
			var short, took float64
			short, few = ask(50)
			took, many = ask(1000)
			ratios, long = append(ratios, took/short), append(long, took)
		}
		b.ReportMetric(median(ratios), "ratio")
		b.ReportMetric(float64(many)/float64(few), "ratio-of-bytes")
		b.ReportMetric(median(long), "µs-of-1,000")
	}
	b.ReportMetric(0, "ns/op")
}
