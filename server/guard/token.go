package guard

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"time"

	"hotline/crypto"
	"hotline/store/casework"
)

// Sizes and times of form tokens.
const (
	tokenVersion = 1
	tokenBody    = 1 + 1 + 8 + 8 + 16 // version, flags, unix seconds of serving and of waiting, nonce
	tokenSize    = tokenBody + 32     // and HMAC-SHA-256
	tokenLife    = 24 * time.Hour
)

// Flags of form tokens.
const (
	flagAgain  = 1 << iota
	flagLookup // it waits for a look-up
)

// Form is what a form token says: which form was served, when, and whether it
// came back before.
type Form struct {
	Nonce  crypto.Nonce
	Issued time.Time
	Again  bool            // served once more after coming back too soon: do not ask again
	Waits  time.Time       // since when it has been waiting for its turn; zero: it is not
	For    Purpose         // what it waits for
	Key    crypto.DailyKey // of the day it was first served, however often it came back since
	Day    casework.Day    // of the key, in UTC
}

// Purpose is what a form is sent for. Each has its own rate limit.
type Purpose int

// The purposes of a form.
const (
	ForReport Purpose = iota // which takes time to fill in
	ForLookup
)

// Forms makes and checks form tokens. They are signed with the key of the day,
// and neither stored nor bound to a person.
type Forms struct {
	Now func() time.Time
	// Key returns the key of a day, making it if fresh; it fails with
	// ErrFormExpired for a day whose key is gone.
	Key func(ctx context.Context, day casework.Day, fresh bool) (crypto.DailyKey, error)
}

// New starts a form that is served now.
func (f Forms) New() Form {
	return Form{Nonce: crypto.NewNonce(), Issued: f.Now()}
}

// Sign returns the token of a form, 88 characters.
func (f Forms) Sign(ctx context.Context, form Form) (string, error) {
	key, err := f.Key(ctx, dayUTC(form.Issued), true)
	if err != nil {
		return "", err
	}
	b := make([]byte, 0, tokenSize)
	b = append(b, tokenVersion, form.flags())
	b = binary.BigEndian.AppendUint64(b, uint64(form.Issued.Unix()))
	b = binary.BigEndian.AppendUint64(b, unixOrZero(form.Waits))
	b = append(b, form.Nonce[:]...)
	mac := key.Form()
	mac.Write(b)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(b)), nil
}

// Check reads a token: ErrFormInvalid if it is not ours, ErrFormExpired if it
// was ours but is a day away.
func (f Forms) Check(ctx context.Context, token string) (Form, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != tokenSize || b[0] != tokenVersion {
		return Form{}, ErrFormInvalid
	}
	form := Form{
		Again:  b[1]&flagAgain != 0,
		Issued: time.Unix(int64(binary.BigEndian.Uint64(b[2:])), 0),
		Nonce:  crypto.Nonce(b[18:tokenBody]),
	}
	if since := binary.BigEndian.Uint64(b[10:]); since != 0 {
		form.Waits = time.Unix(int64(since), 0)
	}
	if b[1]&flagLookup != 0 {
		form.For = ForLookup
	}
	age := f.Now().Sub(form.Issued)
	if age.Abs() > tokenLife { // in the future: the clock was set back
		return Form{}, ErrFormExpired
	}
	form.Day = dayUTC(form.Issued)
	if form.Key, err = f.Key(ctx, form.Day, false); err != nil {
		return Form{}, err
	}
	mac := form.Key.Form()
	mac.Write(b[:tokenBody])
	if !hmac.Equal(mac.Sum(nil), b[tokenBody:]) {
		return Form{}, ErrFormInvalid
	}
	return form, nil
}

func (form Form) flags() (b byte) {
	if form.Again {
		b |= flagAgain
	}
	if form.For == ForLookup {
		b |= flagLookup
	}
	return b
}

func unixOrZero(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.Unix())
}

func dayUTC(t time.Time) casework.Day { return casework.DayOf(t.UTC()) }
