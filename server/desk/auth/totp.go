package auth

import (
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"

	"crypto/subtle"

	"hotline/server/qrcode"
	"hotline/server/respond"
)

// One-time codes after RFC 6238: six digits, a new one every 30 seconds, and one
// step early or late is taken.
const (
	totpPeriod = 30
	totpSkew   = 1
)

var totpOptions = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// totpOffer is what an authenticator app is set up with.
type totpOffer struct {
	Secret string   `json:"secret"`
	URI    string   `json:"uri"`
	QR     []string `json:"qr"` // rows of 0 and 1
}

// offerTOTP shows a secret as an app reads it: a QR code, a link, and letters.
func (a *Auth) offerTOTP(secret, email string) (totpOffer, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return totpOffer{}, err
	}
	issuer := strings.TrimSpace(a.settings.Current().Organization + " Hotline")
	if email == "" {
		email = "admin" // of the first administrator it is not known yet
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(issuer, ":", " "), AccountName: email, Secret: raw, Period: totpPeriod, Digits: otp.DigitsSix})
	if err != nil {
		return totpOffer{}, err
	}
	code, err := qrcode.Of(key.URL())
	if err != nil {
		return totpOffer{}, err
	}
	return totpOffer{Secret: secret, URI: key.URL(), QR: code.Rows()}, nil
}

// errCode is a code that is wrong.
var errCode = &respond.Failure{Code: respond.WrongCode}

// totpStep returns the time step that a code is right for, or errCode.
func totpStep(secret, typed string, now time.Time) (int64, error) {
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, norm.NFKC.String(typed))
	if secret == "" {
		return 0, errCode
	}
	step := now.Unix() / totpPeriod
	for s := step - totpSkew; s <= step+totpSkew; s++ {
		want, err := totp.GenerateCodeCustom(secret, time.Unix(s*totpPeriod, 0), totpOptions)
		if err != nil {
			return 0, errors.Join(errors.New("auth: a secret that no code can be made of"), err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return s, nil
		}
	}
	return 0, errCode
}
