package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store/casework"
)

func TestOriginCheck(t *testing.T) {
	o := NewOrigin("https://hotline.example")
	for _, c := range []struct {
		site, origin, host string
		ok                 bool
	}{
		{"same-origin", "", "x", true},
		{"none", "", "x", true},
		{"same-origin", "null", "x", true}, // our own no-referrer makes browsers send null
		{"cross-site", "https://hotline.example", "hotline.example", false},
		{"same-site", "", "hotline.example", false},
		{"nonsense", "", "hotline.example", false},
		{"", "", "hotline.example", true}, // curl, old browsers: the form token decides
		{"", "null", "hotline.example", true},
		{"", "https://hotline.example", "other", true},
		{"", "HTTPS://HOTLINE.EXAMPLE", "other", true},
		{"", "http://127.0.0.1:8080", "127.0.0.1:8080", true},
		{"", "https://evil.example", "hotline.example", false},
		{"", "https://hotline.example.evil.example", "hotline.example", false},
		{"", "://", "hotline.example", false},
	} {
		if err := o.Check(c.site, c.origin, c.host); (err == nil) != c.ok {
			t.Errorf("Check(%q, %q, %q) = %v", c.site, c.origin, c.host, err)
		}
	}
}

// clock is a time that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func testForms(c *clock) Forms {
	keys := map[casework.Day]crypto.DailyKey{}
	return Forms{Now: c.now, Key: func(_ context.Context, d casework.Day, fresh bool) (crypto.DailyKey, error) {
		k, ok := keys[d]
		if !ok && !fresh {
			return k, ErrFormExpired
		}
		if !ok {
			k = crypto.NewDailyKey()
			keys[d] = k
		}
		return k, nil
	}}
}

func TestFormToken(t *testing.T) {
	c := &clock{time.Date(2026, 11, 21, 23, 59, 0, 0, time.UTC)}
	forms, ctx := testForms(c), context.Background()
	form := forms.New()
	form.Again, form.Waits = true, c.t.Truncate(time.Second)
	token, err := forms.Sign(ctx, form)
	if err != nil {
		t.Fatal(err)
	}
	got, err := forms.Check(ctx, token)
	if err != nil || got.Nonce != form.Nonce || !got.Again || !got.Waits.Equal(form.Waits) || got.Day != "2026-11-21" {
		t.Fatalf("Check = %+v, %v", got, err)
	}
	c.t = c.t.Add(23 * time.Hour) // the next day
	if again, err := forms.Check(ctx, token); err != nil || again.Key != got.Key {
		t.Errorf("after 23 hours: %v", err)
	}
	c.t = c.t.Add(61 * time.Minute)
	if _, err := forms.Check(ctx, token); !errors.Is(err, ErrFormExpired) {
		t.Errorf("after 24 hours: %v", err)
	}
	other := testForms(c)
	if _, err := other.Sign(ctx, other.New()); err != nil {
		t.Fatal(err)
	}
	fresh, _ := forms.Sign(ctx, forms.New())
	if _, err := other.Check(ctx, fresh); !errors.Is(err, ErrFormInvalid) {
		t.Errorf("another server's token: %v", err)
	}
	for i := range len(fresh) - 1 {
		wrong := []byte(fresh)
		wrong[i] ^= 1
		if _, err := forms.Check(ctx, string(wrong)); err == nil {
			t.Fatalf("token changed at %d is taken", i)
		}
	}
	for _, bad := range []string{"", "x", strings.Repeat("A", 88), fresh + "AA", "=" + fresh} {
		if _, err := forms.Check(ctx, bad); err == nil {
			t.Errorf("token %q is taken", bad)
		}
	}
}

func TestLimiter(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	l := NewLimiter(c.now, Rate{2, time.Second}, Rate{5, time.Second})
	count := func(addr string) (n int) {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if l.Allow(a) {
				n++
			}
		}
		return n
	}
	for addr, want := range map[string]int{"192.0.2.1:1": 2, "192.0.2.2:1": 2, "127.0.0.1:1": 5, "[2001:db8::1]:1": 2} {
		if got := count(addr); got != want {
			t.Errorf("%s: %d allowed, want %d", addr, got, want)
		}
	}
	if got := count("[2001:db8::2]:9"); got != 0 {
		t.Errorf("the same /64: %d allowed", got)
	}
	c.t = c.t.Add(time.Second)
	if got := count("192.0.2.1:2"); got != 1 {
		t.Errorf("a second later: %d allowed", got)
	}
	for i := range 3 * maxBuckets {
		l.Allow(&net.TCPAddr{IP: net.IPv4(10, byte(i>>16), byte(i>>8), byte(i))})
	}
	if n := len(l.buckets.all); n > maxBuckets+256 {
		t.Errorf("%d buckets in memory", n)
	}
	if !(*Limiter)(nil).Allow(nil) {
		t.Error("no limiter limits")
	}
}

// Once the table of sign-ins was full, it forgot everything: whoever tried 20,000
// names had new tries at the one they wanted.
func TestFloodOfNamesForgetsNobody(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	throttle := NewThrottle(c.now, true)
	slow, quick := Rate{10, time.Hour}, Rate{10, time.Second}
	try := func(name string, r Rate) error {
		_, err := throttle.Try(Bucket{name, r})
		return err
	}
	guess := func() error { return try("aiko", slow) }
	for range slow.Burst {
		if err := guess(); err != nil {
			t.Fatal(err)
		}
	}
	flood := func(n int) {
		for i := range n {
			_ = try(fmt.Sprint(c.t.Unix(), i), quick)
		}
	}
	flood(maxBuckets + 10_000)
	if err := guess(); err != ErrTooMany {
		t.Errorf("after a flood of names: %v", err)
	}
	if n := len(throttle.buckets.all); n > maxBuckets+2*256 {
		t.Errorf("%d buckets in memory", n)
	}
	c.t = c.t.Add(2 * time.Second) // the flood's buckets have refilled, and give way
	giveBack, err := throttle.Try(Bucket{"ken", quick})
	if err != nil || len(throttle.buckets.all) > maxBuckets/2 {
		t.Errorf("2 s later: %v, %d buckets in memory", err, len(throttle.buckets.all))
	}
	giveBack()
	if err := guess(); err != ErrTooMany {
		t.Errorf("2 s later: %v", err)
	}
	c.t = c.t.Add(throttleLife)
	if err := guess(); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// fasthttp takes a body that ends early for a whole one.
func TestBodyThatEndsEarlyIsNoticed(t *testing.T) {
	b, err := NewBody(strings.NewReader("four"), 5, 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(b); !errors.Is(err, ErrCutOff) {
		t.Errorf("read: %v", err)
	}
}

func TestBodyLimit(t *testing.T) {
	if _, err := NewBody(nil, 11, 10); !errors.Is(err, ErrTooLarge) {
		t.Errorf("announced too large: %v", err)
	}
	for size, want := range map[int]error{0: nil, 10: nil, 11: ErrTooLarge, 1 << 20: ErrTooLarge} {
		b, err := NewBody(bytes.NewReader(make([]byte, size)), -1, 10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(b); !errors.Is(err, want) {
			t.Errorf("chunked body of %d: %v, want %v", size, err, want)
		}
	}
}

func TestLocksLetOneAtATime(t *testing.T) {
	var l Locks[int]
	var inside, most int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			unlock, err := l.Lock(context.Background(), 7)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			inside--
			mu.Unlock()
			unlock()
		})
	}
	wg.Wait()
	if most != 1 || len(l.held) != 0 {
		t.Errorf("%d inside at once, %d held", most, len(l.held))
	}
	unlock, _ := l.Lock(context.Background(), 1)
	defer unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := l.Lock(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a held lock: %v", err)
	}
}

// A connection that is hung up ends the reading at once, also one that has not
// begun yet, and a long answer has a deadline that moves on.
func TestHangUp(t *testing.T) {
	for _, before := range []bool{true, false} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		c, err := (Listener{l}).Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.SetReadDeadline(time.Now().Add(BodyTimeout)); err != nil {
			t.Fatal(err)
		}
		if before {
			HangUp(c)
		} else {
			time.AfterFunc(20*time.Millisecond, func() { HangUp(c) })
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) { // not after hours
			t.Errorf("reading: %v", err)
		}
		if err := c.SetWriteDeadline(time.Now().Add(StreamTimeout)); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Write([]byte("an answer")); n != 9 || err != nil {
			t.Errorf("writing: %d, %v", n, err)
		}
	}
	HangUp(nil)
}

// F8: a pass is spent once, and a token is good for a day, also where the clock jumps a
// day forward and back; a step back of minutes refuses no form.
func TestPassesAndTokensOfAClockThatJumps(t *testing.T) {
	c := &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	right := c.t
	forms, ctx := testForms(c), context.Background()
	passes := NewPasses(c.now, PassLife)
	form := forms.New()
	form.Waits = c.t
	token, err := forms.Sign(ctx, form)
	if err != nil {
		t.Fatal(err)
	}
	c.t = right.Add(-2 * time.Minute)
	if _, err := forms.Check(ctx, token); err != nil {
		t.Errorf("after a step back of two minutes: %v", err)
	}
	if passes.Spend(form) {
		t.Error("a form passes that has not begun to wait")
	}
	c.t = right.Add(time.Minute)
	if !passes.Spend(form) || passes.Spend(form) {
		t.Error("a pass is not good once")
	}
	for _, jump := range []time.Duration{24 * time.Hour, 0, -24 * time.Hour, 0, 24 * time.Hour, -24 * time.Hour} {
		c.t = right.Add(jump + 2*time.Minute)
		other := forms.New()
		other.Waits = c.t
		passes.Spend(other) // so that generations change
		if jump != 0 && passes.Spend(form) {
			t.Errorf("a spent pass is good again after a jump of %s", jump)
		}
	}
	c.t = right.Add(-25 * time.Hour)
	if _, err := forms.Check(ctx, token); !errors.Is(err, ErrFormExpired) {
		t.Errorf("a token of a clock that was 25 hours ahead: %v", err)
	}
}
