package bench

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"

	"hotline/test/rig"
)

// BenchmarkList: the bytes of a page of the desk's list, 50 cases, as they are sent. The
// desk compresses nothing, because what is secret in a page shows in its compressed
// length; what brotli would make of it tells how much of it is said again and again.
// Wanted: at most 130 KB.
func BenchmarkList(b *testing.B) {
	d := rig.NewDesks(b, map[string]string{"aiko": "hr"})
	for range 50 {
		d.Accept(b, rig.NewReporter(b).Seal(b, d.Intake(b), "power-harassment", "own", "A report of usual length for the list."))
	}
	for b.Loop() {
		page := d.People["aiko"].Get(b, "/en/desk/cases?tab=new").Body
		var compressed bytes.Buffer
		w := brotli.NewWriterLevel(&compressed, brotli.DefaultCompression)
		if _, err := w.Write([]byte(page)); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(page))/1e3, "KB-plain")
		b.ReportMetric(float64(compressed.Len())/1e3, "KB-compressed")
	}
	b.ReportMetric(0, "ns/op")
}
