package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// offsetOf is the number of bytes that an answer says are held.
func offsetOf(t *testing.T, res rig.Response) int64 {
	t.Helper()
	p := rig.ProblemOf(t, res)
	if p.Offset == nil {
		t.Fatalf("no offset in %d %s", res.Status, res.Body)
	}
	return *p.Offset
}

// chunkUntil is a chunk whose connection breaks after so many bytes.
func chunkUntil(t *testing.T, s *rig.Server, p rig.Chunk, bytes int) {
	t.Helper()
	content := p.Content
	p.Content = nil
	r := s.ChunkRequest(t, p)
	c := s.Dial(t)
	fmt.Fprintf(c, "POST /api/files HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n", len(content))
	if err := r.Header.Write(c); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "\r\n")
	if _, err := c.Write(content[:bytes]); err != nil {
		t.Fatal(err)
	}
	c.Close()
}

// What arrived of a broken request is kept, and the file goes on from there.
func TestFileGoesOnWhereItBroke(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	content := bytes.Repeat([]byte("evidence "), 60_000)
	file, sealed := r.SealFile(t, "film.mp4", content)
	chunk := func(from, to int) rig.Chunk {
		return rig.Chunk{Form: in.Form, ID: file.ID, Offset: int64(from), Last: to == len(sealed), Content: sealed[from:to]}
	}
	if res := s.SendChunk(t, chunk(0, 100_000)); res.Status != 200 {
		t.Fatalf("%d %s", res.Status, res.Body)
	}
	chunkUntil(t, s, chunk(100_000, 200_000), 70_000)
	onDisk := func() int64 { // asking would end the broken request before all is read that came
		info, err := os.Stat(filepath.Join(s.Data, "files", file.ID))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	rig.Until(t, "the broken chunk is on the disk", func() bool { return onDisk() >= 170_000 })
	res := s.SendChunk(t, chunk(0, 10))
	refusedAs(t, "a wrong place", res, 409, "offset")
	held := offsetOf(t, res)
	if held != 170_000 {
		t.Fatalf("%d bytes are held, want 170000", held)
	}
	for at := int(held); at < len(sealed); at += 200_000 {
		if res := s.SendChunk(t, chunk(at, min(at+200_000, len(sealed)))); res.Status != 200 {
			t.Fatalf("%d %s", res.Status, res.Body)
		}
	}
	whole := fmt.Sprintf(`{"offset":%d}`, len(sealed))
	if res := s.SendChunk(t, chunk(len(sealed), len(sealed))); res.Status != 200 || strings.TrimRight(res.Body, " ") != whole {
		t.Errorf("the end once more = %d %s", res.Status, res.Body)
	}
	again := s.SendChunk(t, chunk(len(sealed)-1000, len(sealed)))
	if refusedAs(t, "the last chunk once more", again, 409, "offset"); offsetOf(t, again) != int64(len(sealed)) {
		t.Errorf("after the last chunk: %s", again.Body)
	}
	more := chunk(len(sealed), len(sealed))
	more.Content = []byte("x")
	refusedAs(t, "more than the whole", s.SendChunk(t, more), 400, "malformed")
	s.Accept(t, r.Seal(t, in, "bribery", "", "a film", file))
	if _, got := s.Case(t, r.Receipt.String(), handlers["compliance"]).File(t, 0, 0); !bytes.Equal(got, content) {
		t.Error("the handler gets another file")
	}
}

// A browser whose connection broke comes back at once, while its old request
// still waits for the rest.
func TestOldRequestGivesWayToTheNewOne(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "film.mp4", bytes.Repeat([]byte("x"), 100_000))
	body, w := io.Pipe()
	defer w.Close()
	hanging := s.ChunkRequest(t, rig.Chunk{Form: in.Form, ID: file.ID})
	hanging.Body, hanging.ContentLength = body, 50_000
	ended := make(chan error, 1)
	go func() {
		_, err := rig.SendBy(rig.ClientFrom(t, "127.0.0.1"), hanging)
		ended <- err
	}()
	if _, err := w.Write(sealed[:30_000]); err != nil {
		t.Fatal(err)
	}
	at := int64(30_000)
	res := s.SendChunk(t, rig.Chunk{Form: in.Form, ID: file.ID, Offset: at, Last: true, Content: sealed[at:]})
	for range 10 {
		if res.Status != 409 {
			break
		}
		at = offsetOf(t, res) // the old one had not come, or not all of it
		res = s.SendChunk(t, rig.Chunk{Form: in.Form, ID: file.ID, Offset: at, Last: true, Content: sealed[at:]})
	}
	if res.Status != 200 { // by itself the old one would wait for hours
		t.Errorf("%d %s", res.Status, res.Body)
	}
	w.CloseWithError(errors.New("gone"))
	<-ended
	s.Accept(t, r.Seal(t, in, "bribery", "", "a film", file))
}

// What is not sealed as it must be is refused, and nothing of it stays.
func TestFilesThatAreNotSealed(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-file-size", "100KB")
	in, r := s.Intake(t), rig.NewReporter(t)
	good, sealed := r.SealFile(t, "a.txt", make([]byte, 50_000))
	forTwo, err := crypto.Seal(make([]byte, 4096), r.Case.Recipient(), r.Identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	forThree, err := crypto.Seal(make([]byte, 4096), r.Case.Recipient(), r.Identity.Recipient(), rig.NewReporter(t).Case.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	unpadded, err := crypto.Seal(make([]byte, 50_001), r.Case.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"plaintext": bytes.Repeat([]byte("what nobody may read "), 1000), "nothing": nil, "for three": forThree, "unpadded": unpadded,
		"without its head": sealed[1:], "without its tail": sealed[:len(sealed)-1], "head only": sealed[:1700],
		"another stanza": bytes.Replace(sealed, []byte("mlkem768x25519"), []byte("mlkem768x25518"), 1),
	} {
		id := crypto.NewID()
		res := s.SendChunk(t, rig.Chunk{Form: in.Form, ID: id, Last: true, Content: content})
		refusedAs(t, name, res, 400, "malformed")
		if n := len(s.SealedFiles(t)); n != 0 {
			t.Errorf("%s: %d files are left", name, n)
		}
		refusedAs(t, name+", named", s.PostJSON(t, "/api/reports", r.Seal(t, in, "bribery", "", "x", crypto.File{ID: id})), 409, "files")
	}
	_, large := r.SealFile(t, "large", make([]byte, 120_000))
	res := s.SendChunk(t, rig.Chunk{Form: in.Form, ID: good.ID, Last: true, Content: large})
	refusedAs(t, "over the limit", res, 413, "too-large")
	over := s.SendChunk(t, rig.Chunk{Form: in.Form, ID: good.ID, Content: make([]byte, 1<<20+1)})
	refusedAs(t, "a chunk over the limit", over, 413, "too-large")
	if n := len(s.SealedFiles(t)); n != 0 {
		t.Errorf("%d files are left", n)
	}
	desks := crypto.NewID() // as the desk sends them
	s.Upload(t, in.Form, desks, forTwo, 1<<20)
	refusedAs(t, "a report with a file for two", s.PostJSON(t, "/api/reports", r.Seal(t, in, "bribery", "", "x", crypto.File{ID: desks})), 400, "malformed")
	s.Upload(t, in.Form, good.ID, sealed, 1<<20)
	s.Accept(t, r.Seal(t, in, "bribery", "", "x", good))
}

// Headers that our script never sends are refused.
func TestMalformedChunks(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	in := s.Intake(t)
	for _, header := range []string{
		"Upload-Id: x", "Upload-Id: ", "Upload-Id: ../../../../../../../../etc/passw", "Upload-Id: " + strings.ToUpper(crypto.NewID()[:31]+"a"),
		"Upload-Offset: -1", "Upload-Offset: +1", "Upload-Offset: ", "Upload-Offset: 1e3", "Upload-Offset: 99999999999999999999",
		"Upload-Complete: 1", "Upload-Complete: ", "Upload-Cancel: 1", "Content-Type: text/plain", "Content-Type: ",
	} {
		r := s.ChunkRequest(t, rig.Chunk{Form: in.Form, ID: crypto.NewID(), Content: []byte("x")})
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
		refusedAs(t, header, rig.Do(t, r), 400, "malformed")
	}
	r := s.ChunkRequest(t, rig.Chunk{Form: "x", ID: crypto.NewID(), Content: []byte("x")})
	if p := refusedAs(t, "a token that is none", rig.Do(t, r), 422, "form-expired"); len(p.Form) != 88 {
		t.Errorf("%+v", p)
	}
	r = s.ChunkRequest(t, rig.Chunk{Form: in.Form, ID: crypto.NewID(), Content: []byte("x")})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	refusedAs(t, "another site", rig.Do(t, r), 403, "refused")
	if n := len(s.SealedFiles(t)); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// A cancelled file is gone and its place is free again. A chunk of it that a
// proxy delivers late does not bring it back.
func TestCancelledFiles(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "1")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	cancel := func(id string, want int) {
		t.Helper()
		q := s.ChunkRequest(t, rig.Chunk{Form: in.Form, ID: id})
		q.Header.Set("Upload-Cancel", "?1")
		if res := rig.Do(t, q); res.Status != want || want == 200 && strings.TrimRight(res.Body, " ") != `{"offset":0}` {
			t.Errorf("cancel = %d %s", res.Status, res.Body)
		}
	}
	cancel(file.ID, 200) // that nobody knows
	for range 5 {
		id := crypto.NewID()
		s.Upload(t, in.Form, id, sealed, 1000)
		cancel(id, 200)
		refusedAs(t, "a chunk that comes late", s.SendChunk(t, rig.Chunk{Form: in.Form, ID: id, Content: sealed[:1000]}), 409, "exists")
		if n := len(s.SealedFiles(t)); n != 0 {
			t.Errorf("%d files are left", n)
		}
	}
	for range 3 {
		s.Upload(t, in.Form, crypto.NewID(), sealed, 1<<20)
	}
	refusedAs(t, "a file too many", s.SendChunk(t, rig.Chunk{Form: in.Form, ID: file.ID, Content: sealed}), 413, "too-large")
	refusedAs(t, "two in a report of one", s.PostJSON(t, "/api/reports", r.Seal(t, in, "bribery", "", "x", file, crypto.File{ID: crypto.NewID()})), 413, "too-large")
	r2 := s.Intake(t)
	s.Upload(t, r2.Form, file.ID, sealed, 1<<20)
	refusedAs(t, "an id that is taken", s.SendChunk(t, rig.Chunk{Form: s.Intake(t).Form, ID: file.ID, Content: sealed}), 409, "exists")
	s.Accept(t, r.Seal(t, r2, "bribery", "", "x", file))
	refusedAs(t, "an id that is stored", s.SendChunk(t, rig.Chunk{Form: s.Intake(t).Form, ID: file.ID, Content: sealed}), 409, "exists")
	if n := len(s.SealedFiles(t)); n != 4 {
		t.Errorf("%d files, want the stored one and three of the other draft", n)
	}
}

// Files of a report that is stored without them go with it.
func TestUnnamedFilesGoWithTheReport(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	named, sealed := r.SealFile(t, "a.txt", []byte("evidence"))
	other, sealedOther := r.SealFile(t, "b.txt", []byte("not wanted"))
	s.Upload(t, in.Form, named.ID, sealed, 1<<20)
	s.Upload(t, in.Form, other.ID, sealedOther, 1<<20)
	half := rig.Chunk{Form: in.Form, ID: crypto.NewID(), Content: sealedOther[:50]}
	if res := s.SendChunk(t, half); res.Status != http.StatusOK {
		t.Fatalf("%d", res.Status)
	}
	refusedAs(t, "a half file", s.PostJSON(t, "/api/reports", r.Seal(t, in, "bribery", "", "x", crypto.File{ID: half.ID})), 409, "files")
	s.Accept(t, r.Seal(t, in, "bribery", "", "x", named))
	if n := len(s.SealedFiles(t)); n != 1 {
		t.Errorf("%d files", n)
	}
	s.Case(t, r.Receipt.String(), handlers["compliance"]).File(t, 0, 0)
}

// A restart forgets drafts and leaves nothing of them on the disk. The same ids
// can be sent again.
func TestRestartForgetsDrafts(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	in, r := s.Intake(t), rig.NewReporter(t)
	file, sealed := r.SealFile(t, "a.txt", make([]byte, 10_000))
	s.Upload(t, in.Form, file.ID, sealed, 1<<20)
	half := rig.Chunk{Form: in.Form, ID: crypto.NewID(), Content: sealed[:5000]}
	s.SendChunk(t, half)
	s.Kill()
	if n := len(s.SealedFiles(t)); n != 2 {
		t.Errorf("%d files after kill -9: this test sees nothing", n)
	}
	s.Restart(t)
	if n := len(s.SealedFiles(t)); n != 0 {
		t.Errorf("%d files after the restart", n)
	}
	refusedAs(t, "after the restart", s.PostJSON(t, "/api/reports", r.Seal(t, in, "bribery", "", "x", file)), 409, "files")
	half.Offset = 5000
	if res := s.SendChunk(t, half); res.Status != 409 || offsetOf(t, res) != 0 {
		t.Errorf("going on = %d %s", res.Status, res.Body)
	}
	s.Upload(t, in.Form, file.ID, sealed, 4000)
	s.Accept(t, r.Seal(t, in, "bribery", "", "x", file))
	s.Kill()
	s.Restart(t)
	if n := len(s.SealedFiles(t)); n != 1 || s.Cases(t) != 1 {
		t.Errorf("%d files, %d cases", n, s.Cases(t))
	}
	s.Case(t, r.Receipt.String(), handlers["compliance"]).File(t, 0, 0)
}

// Many browsers at once, each with a connection that breaks, and requests that
// come twice: every report arrives whole, and nothing else is left.
func TestManyDraftsAtOnce(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	const reporters = 12
	var wg sync.WaitGroup
	all := make([]*rig.Reporter, reporters)
	contents := make([][]byte, reporters)
	for i := range reporters {
		all[i], contents[i] = rig.NewReporter(t), bytes.Repeat([]byte{byte('a' + i)}, 90_000+i)
		in := s.Intake(t)
		file, sealed := all[i].SealFile(t, "a.txt", contents[i])
		report := s.JSONRequest(t, "/api/reports", all[i].Seal(t, in, "bribery", "", "a report", file))
		wg.Go(func() {
			sendBroken(t, s, in.Form, file.ID, sealed)
			if res, err := rig.Send(report); err != nil || res.Status != http.StatusCreated {
				t.Errorf("%d %s, %v", res.Status, res.Body, err)
			}
		})
	}
	wg.Wait()
	if n := len(s.SealedFiles(t)); n != reporters || s.Cases(t) != reporters {
		t.Fatalf("%d files, %d cases", n, s.Cases(t))
	}
	for i, r := range all {
		if _, got := s.Case(t, r.Receipt.String(), handlers["compliance"]).File(t, 0, 0); !bytes.Equal(got, contents[i]) {
			t.Errorf("reporter %d: another file", i)
		}
	}
}

// sendBroken brings a file over connections that break, two requests at a time.
func sendBroken(t *testing.T, s *rig.Server, form, id string, sealed []byte) {
	for at := 0; ; {
		end := min(at+20_000, len(sealed))
		p := rig.Chunk{Form: form, ID: id, Offset: int64(at), Last: end == len(sealed), Content: sealed[at:end]}
		chunkUntil(t, s, p, len(p.Content)/2)
		twin := s.ChunkRequest(t, p)
		done := make(chan struct{})
		go func() { defer close(done); _, _ = rig.Send(twin) }()
		res, err := rig.Send(s.ChunkRequest(t, p))
		<-done
		switch {
		case err != nil: // the twin took its place
		case res.Status == http.StatusOK && p.Last:
			return
		case res.Status == http.StatusOK || res.Status == http.StatusConflict:
			at = int(offsetOf(t, res))
		default:
			t.Errorf("%d %s", res.Status, res.Body)
			return
		}
	}
}
