package uploads

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/store/blob"
)

// send writes so many bytes to a file as a request does, and gives it back.
func send(t *testing.T, d *Drafts, k fileKey, bytes int) error {
	t.Helper()
	var held int64
	if f := d.file(k); f != nil {
		held = f.writer.Size()
	}
	f, err := d.take(k, nil, held)
	if err != nil {
		return err
	}
	_, err = arrivals{d, k.nonce, f}.Write(make([]byte, bytes))
	d.give(k, f, true)
	return err
}

func mustSend(t *testing.T, d *Drafts, k fileKey, bytes int) {
	t.Helper()
	if err := send(t, d, k, bytes); err != nil {
		t.Fatal(err)
	}
}

// Of too many drafts the slowest gives way, however often it sends a byte; a
// young one does not, nor one that is, or may be, stored.
func TestTheSlowestDraftGivesWay(t *testing.T) {
	d, c, dir := openDrafts(t, 20)
	const phone, storing, outcomeUnknown = 7, 8, 9
	for i := range maxDrafts {
		mustSend(t, d, key(i), 1)
	}
	wantCode(t, "with young ones only", send(t, d, key(1000), 1), respond.Busy)
	c.pass(draftStart)
	for i := range maxDrafts {
		switch i {
		case phone:
			mustSend(t, d, key(i), 5_000)
		case storing, outcomeUnknown:
		default:
			mustSend(t, d, key(i), 2+i)
		}
	}
	d.all[nonce(storing)].storing, d.all[nonce(outcomeUnknown)].outcomeUnknown = true, true
	for i := range maxDrafts - 3 { // all that trickle
		mustSend(t, d, key(1000+i), 1)
		if len(d.all) != maxDrafts || onDisk(t, dir) != maxDrafts {
			t.Fatalf("%d drafts, %d files", len(d.all), onDisk(t, dir))
		}
	}
	if !d.Has(nonce(phone)) || !d.Has(nonce(storing)) || !d.Has(nonce(outcomeUnknown)) || d.Has(nonce(255)) {
		t.Errorf("phone %v, storing %v, outcome unknown %v, trickle %v", d.Has(nonce(phone)), d.Has(nonce(storing)), d.Has(nonce(outcomeUnknown)), d.Has(nonce(255)))
	}
}

// A slow upload that goes on is kept, whoever is faster: 256 drafts of one machine once
// pushed it out. Newcomers wait until somebody stands still.
func TestASlowDraftThatMovesIsKept(t *testing.T) {
	d, c, _ := openDrafts(t, 20)
	const honest = 0
	for i := range maxDrafts {
		mustSend(t, d, key(i), 1)
	}
	for range 5 {
		c.pass(moveTime)
		for i := range maxDrafts {
			mustSend(t, d, key(i), moveBytes+i)
		}
		wantCode(t, "a newcomer, while all move", send(t, d, key(1000), 1), respond.Busy)
	}
	for range 2 { // the others have enough
		c.pass(moveTime)
		mustSend(t, d, key(honest), moveBytes)
	}
	for i := range maxDrafts - 1 {
		mustSend(t, d, key(1000+i), 1)
	}
	if !d.Has(nonce(honest)) || len(d.all) != maxDrafts {
		t.Errorf("the slow one is kept: %v; %d drafts", d.Has(nonce(honest)), len(d.all))
	}
}

// from is a connection from an address.
type from struct {
	net.Conn
	address string
}

func (f from) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(f.address)} }

// One network does not take all places; behind this machine's own addresses anybody can be.
func TestOneNetworkDoesNotTakeAllDrafts(t *testing.T) {
	d, _, _ := openDrafts(t, 20)
	next := 0
	take := func(address string) error {
		next++
		f, err := d.take(key(next), from{address: address}, 0)
		if err == nil {
			d.give(key(next), f, true)
		}
		return err
	}
	for range networkDrafts {
		if err := take("192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, "one more of the network", take("192.0.2.1"), respond.Busy)
	for i := range maxDrafts - networkDrafts {
		address := "127.0.0.1"
		if i%2 == 0 {
			address = fmt.Sprintf("198.51.100.%d", i)
		}
		if err := take(address); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
	}
	wantCode(t, "one more than all", take("203.0.113.1"), respond.Busy)
}

func TestBytesOfDraftsAreBounded(t *testing.T) {
	d, c, dir := openDrafts(t, 20)
	d.room = 10_000
	mustSend(t, d, key(1), 7_000)
	mustSend(t, d, key(2), 2_000)
	wantCode(t, "no room, and nobody old enough", send(t, d, key(2), 2_000), respond.Busy)
	if !d.Has(nonce(2)) || d.held != 9_000 {
		t.Errorf("what is held of a file without room goes: %d bytes", d.held)
	}
	c.pass(draftStart)
	wantCode(t, "of more than its share", send(t, d, key(1), 2_000), respond.Busy)
	if !d.Has(nonce(2)) {
		t.Error("one that sends much pushes another out")
	}
	mustSend(t, d, key(2), 2_000)
	if d.Has(nonce(1)) || d.held != 4_000 || onDisk(t, dir) != 1 {
		t.Errorf("%d bytes, %d files", d.held, onDisk(t, dir))
	}
	if err := d.cancel(key(2)); err != nil || d.held != 0 {
		t.Errorf("cancelled: %d bytes, %v", d.held, err)
	}
}

func TestRoomOfDrafts(t *testing.T) {
	files, err := blob.Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	free, known := files.Free()
	if d := New(Parts{files, 1, 1, time.Now}); known && (d.room < free/4 || d.room > free) {
		t.Errorf("room %d of %d", d.room, free)
	}
	const huge = 1 << 50
	if d := New(Parts{files, 3, huge, time.Now}); d.room != 3*crypto.SealedSize(huge, maxStanzas) {
		t.Errorf("a draft of the largest size has %d bytes", d.room)
	}
}

// Bytes of a slow chunk count while it is on its way.
func TestSlowPieceIsNotIdle(t *testing.T) {
	d, c, _ := openDrafts(t, 20)
	f, err := d.take(key(1), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.pass(draftLife)
	if err := d.arrive(nonce(1), f, 5); err != nil || !d.all[nonce(1)].used.Equal(c.now()) {
		t.Errorf("used %v, %v", d.all[nonce(1)].used, err)
	}
	d.drop(nonce(1))
	wantCode(t, "more of a file that was dropped", d.arrive(nonce(1), f, 5), respond.WrongOffset)
	if d.give(key(1), f, true) || d.held != 0 {
		t.Errorf("%d bytes are held", d.held)
	}
}

func TestDraftsOwe(t *testing.T) {
	d, _, _ := openDrafts(t, 20)
	mustSend(t, d, key(1), 10)
	d.all[nonce(1)].sinceRateCheck = rateCheckEvery - 1
	if d.NeedsRateCheck(nonce(1)) || d.NeedsRateCheck(nonce(2)) {
		t.Error("a draft owes too early")
	}
	mustSend(t, d, key(1), 1)
	if !d.NeedsRateCheck(nonce(1)) {
		t.Error("a draft of 32 MiB owes nothing")
	}
	if d.RateChecked(nonce(1)); d.NeedsRateCheck(nonce(1)) {
		t.Error("a draft that paid owes")
	}
}
