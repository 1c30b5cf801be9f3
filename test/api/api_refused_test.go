package api

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

func sealTo(t *testing.T, size int, to ...crypto.Recipient) []byte {
	t.Helper()
	b, err := crypto.Seal(make([]byte, size), to...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A report that claims to be sealed and is not, or not as it must be, is
// refused, and nothing of it is stored.
func TestReportsThatAreNotSealed(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	good := r.Seal(t, in, "bribery", "", "a report")
	own, reporter := r.Case.Recipient(), r.Identity.Recipient()
	message := good["message"].([]byte)
	plain := bytes.Repeat([]byte("what nobody but the desk may read "), 200)
	handler := in.Queues["compliance"][0]
	const classic = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
	for name, change := range map[string][]any{
		"plain message": {"message", plain}, "no message": {"message", []byte{}}, "message for one": {"message", sealTo(t, 4096, own)},
		"message for three": {"message", sealTo(t, 4096, own, reporter, own)}, "unpadded message": {"message", sealTo(t, 4097, own, reporter)},
		"short message": {"message", sealTo(t, 2048, own, reporter)}, "long message": {"message", sealTo(t, 1<<20, own, reporter)},
		"cut message": {"message", message[:len(message)-1]}, "message and more": {"message", append(bytes.Clone(message), 'x')},
		"another stanza": {"message", bytes.Replace(message, []byte("mlkem768x25519"), []byte("mlkem768x25518"), 1)},
		"plain summary":  {"summary", plain[:1024]}, "summary for two": {"summary", sealTo(t, 1024, own, reporter)}, "short summary": {"summary", sealTo(t, 512, own)},
		"plain key": {"keys", map[string][]byte{handler: []byte(r.Case.String() + "\n")}}, "empty key": {"keys", map[string][]byte{handler: {}}},
		"key for two": {"keys", map[string][]byte{handler: sealTo(t, 78, own, reporter)}}, "long key": {"keys", map[string][]byte{handler: sealTo(t, 79, own)}},
		"no fingerprints": {"sealed_to", map[string]string{}}, "fingerprint of another": {"sealed_to", map[string]string{crypto.NewID(): crypto.Fingerprint(own)}},
		"a recipient as fingerprint": {"sealed_to", map[string]string{handler: own.String()}},
		"upper-case fingerprint":     {"sealed_to", map[string]string{handler: strings.ToUpper(crypto.Fingerprint(own))}},
		"a fingerprint too many":     {"sealed_to", map[string]string{handler: crypto.Fingerprint(own), crypto.NewID(): crypto.Fingerprint(own)}},
		"no keys":                    {"keys", map[string][]byte{}}, "key for nobody": {"keys", map[string][]byte{"x": sealTo(t, 78, own)}},
		"one recipient": {"reporter_recipient", good["recipient"]}, "classic recipient": {"recipient", classic}, "no recipient": {"recipient", ""},
		"upper case": {"recipient", strings.ToUpper(good["recipient"].(string))}, "recipient and more": {"recipient", good["recipient"].(string) + "\n"},
		"an identity": {"recipient", r.Case.String()},
		"short id":    {"case", r.CaseID[:31]}, "upper-case id": {"case", strings.ToUpper(r.CaseID[:31] + "a")}, "no id": {"case", ""},
		"no look-up": {"lookup", ""}, "the receipt": {"lookup", r.Receipt.String()}, "padded look-up": {"lookup", r.Lookup() + "="},
		"hex look-up": {"lookup", strings.Repeat("ab", 32)}, "file twice": {"files", []string{handler, handler}}, "file of the case's id": {"files", []string{r.CaseID}},
		"file of no id": {"files", []string{"../hotline.db"}}, "unknown queue": {"branch", "Boss!"}, "unknown category": {"category", "x"},
		"danger in words": {"danger", "yes"}, "who somebody is": {"relationship", "trainee"}, "a country": {"country", "JP"}, "how they want to be known": {"identity", "named"},
		"whom it is about": {"subject", "own"}, "a language": {"language", "ja"}, "a kind": {"kind", "consultation"},
		"unknown field": {"text", "what nobody may read"}, "not base64": {"message", "%%%"}, "a number": {"case", 7},
	} {
		refusedAs(t, name, s.PostJSON(t, "/api/reports", good.With(change...)), 400, "malformed")
	}
	if n := s.Cases(t); n != 0 {
		t.Fatalf("%d cases", n)
	}
	print, other := crypto.Fingerprint(own), crypto.NewID()
	unknown := good.With("keys", map[string][]byte{other: sealTo(t, 78, own)}, "sealed_to", map[string]string{other: print})
	refusedAs(t, "a key for somebody else", s.PostJSON(t, "/api/reports", unknown), 409, "stale")
	both := map[string][]byte{other: sealTo(t, 78, own), handler: good["keys"].(map[string][]byte)[handler]}
	tooMany := good.With("keys", both, "sealed_to", map[string]string{other: print, handler: print})
	refusedAs(t, "a key too many", s.PostJSON(t, "/api/reports", tooMany), 409, "stale")
	s.Accept(t, good)
}

// JSON that our script never sends is refused.
func TestMalformedJSON(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	for _, path := range []string{"/api/reports", "/api/follow-up", "/api/follow-up/messages", "/api/follow-up/file"} {
		for _, body := range []string{"", "{", "null", "[]", `""`, "7", "{}", "{}{}", "{} x", `{"form":{}}`, `{"form":"a\u0000"}`, "{\"form\":\"\xff\"}", "\xef\xbb\xbf{}",
			`{"text":"plain"}`, `{"form":null,"lookup":null}`, strings.Repeat("[", 16<<10), base64.StdEncoding.EncodeToString([]byte("{}"))} {
			res := rig.Probe{Method: "POST", Path: path, Header: "Content-Type: application/json", Body: body}.Send(t, s)
			refusedAs(t, path+" "+body[:min(len(body), 30)], res, 400, "malformed")
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
			res := rig.Probe{Method: "POST", Path: path, Header: "Content-Type: " + kind, Body: "{}"}.Send(t, s)
			refusedAs(t, path+" as "+kind, res, 400, "malformed")
		}
		large := rig.Probe{Method: "POST", Path: path, Header: "Content-Type: application/json", Body: `{"form":"` + strings.Repeat("a", 4<<20) + `"}`}
		refusedAs(t, path+", large", large.Send(t, s), 413, "too-large")
		r, err := http.NewRequest("POST", s.URL+path, struct{ *strings.Reader }{strings.NewReader(large.Body)}) // chunked
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		refusedAs(t, path+", large and chunked", rig.Do(t, r), 413, "too-large")
		cross := rig.Probe{Method: "POST", Path: path, Header: "Sec-Fetch-Site: same-site", Body: "{}"}
		refusedAs(t, path+", another site", cross.Send(t, s), 403, "refused")
		get := rig.Probe{Method: "GET", Path: path}
		refusedAs(t, "GET "+path, get.Send(t, s), 405, "malformed")
	}
	for path, method := range map[string]string{"/api/": "GET", "/api/nothing": "POST", "/api/intake/": "DELETE", "/api/reports/x": "GET"} {
		res := rig.Probe{Method: method, Path: path}.Send(t, s)
		if res.Header.Get("Content-Type") != "application/json" || res.Status < 404 || res.Status > 405 {
			t.Errorf("%s %s = %d %q", method, path, res.Status, res.Header.Get("Content-Type"))
		}
		rig.CheckHeaders(t, res)
	}
}
