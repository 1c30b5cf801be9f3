package bench

import (
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hotline/test/rig"
)

// BenchmarkSignIn: how well the time of an answer tells whether somebody has an account,
// over 2,500 tries of each kind in turn: the chance that a known address took longer than
// an unknown one (the area under the ROC curve; 0.5: it tells nothing), and, to compare, the
// same of two unknown ones. Wanted: from 0.45 to 0.55, of the request for the salt and of a
// wrong password.
func BenchmarkSignIn(b *testing.B) {
	const (
		tries           = 2_500
		nobody, another = "nobod@desk.example", "other@desk.example"
	)
	s := rig.Start(b, filepath.Join(b.TempDir(), "data"), "--limits", "off")
	s.Setup(b)
	known, _ := s.Invite(b, "known@desk.example", "--queue", "hr")
	for _, name := range []string{"a", "b", "c", "d"} { // whose credentials may be read for an unknown address
		s.Invite(b, name+"@desk.example", "--queue", "hr")
	}
	for b.Loop() {
		for _, request := range []struct {
			what, path string
			more       map[string]any
			status     int
		}{{"salt", "/api/desk/salt", nil, http.StatusOK}, {"password", "/api/desk/sign-in", map[string]any{"auth": make([]byte, 32)}, http.StatusUnauthorized}} {
			took := map[string][]time.Duration{}
			ask := func(email string) time.Duration {
				body := map[string]any{"email": email}
				for name, value := range request.more {
					body[name] = value
				}
				r := s.JSONRequest(b, request.path, body)
				start := time.Now()
				res := rig.Do(b, r)
				d := time.Since(start)
				if res.Status != request.status {
					b.Fatalf("%s = %d\n%s", request.path, res.Status, res.Body)
				}
				return d
			}
			emails := []string{known.Email, nobody, another}
			for i := range tries + 100 {
				rand.Shuffle(len(emails), func(i, j int) { emails[i], emails[j] = emails[j], emails[i] })
				for _, email := range emails {
					if d := ask(email); i >= 100 { // the first warm up
						took[email] = append(took[email], d)
					}
				}
			}
			b.ReportMetric(aboveRate(took[known.Email], took[nobody]), "AUC-"+request.what)
			b.ReportMetric(aboveRate(took[another], took[nobody]), "AUC-"+request.what+"-of-two-unknown")
		}
	}
	b.ReportMetric(0, "ns/op")
}

// aboveRate returns how often one of a is larger than one of b; a tie counts half.
func aboveRate(a, b []time.Duration) float64 {
	slices.Sort(b)
	var above float64
	for _, d := range a {
		below, _ := slices.BinarySearch(b, d)
		upTo, _ := slices.BinarySearch(b, d+1)
		above += float64(below+upTo) / 2
	}
	return above / float64(len(a)*len(b))
}
