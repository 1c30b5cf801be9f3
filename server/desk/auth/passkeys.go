package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"time"

	"crypto/sha256"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"hotline/server/respond"
	"hotline/store"
)

// newPasskeys returns nil where the public address cannot have passkeys:
// WebAuthn names a site by its domain, and an IP address is none.
func newPasskeys(publicURL string) *webauthn.WebAuthn {
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil || u.Hostname() == "" {
		return nil
	}
	w, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "Hotline", RPOrigins: []string{u.Scheme + "://" + u.Host}})
	if err != nil {
		return nil
	}
	return w
}

// prfInput is the one input of the PRF extension; what comes of it differs from
// passkey to passkey.
var prfInput = func() []byte { sum := sha256.Sum256([]byte("hotline/1 unlock")); return sum[:] }()

func withPRF() webauthn.ExtensionOption {
	return webauthn.WithExtensionPRF(protocol.PRFValues{First: prfInput})
}

// holder is a handler as the WebAuthn library sees them.
type holder struct {
	handler  store.Handler
	passkeys []store.Passkey
}

func (h holder) WebAuthnID() []byte          { return []byte(h.handler.ID) }
func (h holder) WebAuthnName() string        { return h.handler.Email }
func (h holder) WebAuthnDisplayName() string { return h.handler.Name }

func (h holder) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, p := range h.passkeys {
		var c webauthn.Credential
		if json.Unmarshal(p.Credential, &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

func (a *Auth) holder(ctx context.Context, handlerID string) (holder, error) {
	h, err := a.store.Handler(ctx, handlerID)
	if err == nil && !h.Active() {
		err = store.ErrNotFound
	}
	if err != nil {
		return holder{}, err
	}
	all, err := a.store.Passkeys(ctx, handlerID)
	return holder{h, all}, err
}

// ask begins an authentication with one of a handler's passkeys; of handler ""
// with any passkey of the site. Without any the options are nil.
func (a *Auth) ask(ctx context.Context, handlerID string) (*protocol.CredentialAssertion, *webauthn.SessionData, error) {
	verified := webauthn.WithUserVerification(protocol.VerificationRequired)
	extensions := webauthn.WithAssertionExtensions(withPRF())
	if a.passkeys == nil {
		return nil, nil, nil
	}
	if handlerID == "" {
		return a.passkeys.BeginDiscoverableLogin(verified, extensions)
	}
	user, err := a.holder(ctx, handlerID)
	if err != nil || len(user.passkeys) == 0 {
		return nil, nil, err
	}
	return a.passkeys.BeginLogin(user, verified, extensions)
}

// checkPasskey checks the answer of a passkey, notes its counter, and returns the
// passkey.
func (a *Auth) checkPasskey(ctx context.Context, session webauthn.SessionData, answer json.RawMessage) (store.Passkey, error) {
	if a.passkeys == nil || carriesPRF(answer) {
		return store.Passkey{}, respond.ErrMalformed
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return store.Passkey{}, respond.ErrMalformed
	}
	var user holder
	var credential *webauthn.Credential
	if session.UserID == nil {
		_, credential, err = a.passkeys.ValidatePasskeyLogin(func(_, userHandle []byte) (webauthn.User, error) {
			user, err = a.holder(ctx, string(userHandle))
			return user, err
		}, session, parsed)
	} else if user, err = a.holder(ctx, string(session.UserID)); err == nil {
		credential, err = a.passkeys.ValidateLogin(user, session, parsed)
	}
	if err != nil || credential.Authenticator.CloneWarning {
		return store.Passkey{}, errCode
	}
	for _, p := range user.passkeys {
		if string(p.ID) == string(credential.ID) {
			p.Credential, err = json.Marshal(credential)
			if err == nil {
				err = a.store.UpdatePasskey(ctx, p.ID, p.Credential)
			}
			return p, err
		}
	}
	return store.Passkey{}, errCode
}

// makePasskey begins the making of a passkey.
func (a *Auth) makePasskey(ctx context.Context, handlerID string) (*protocol.CredentialCreation, *webauthn.SessionData, error) {
	if a.passkeys == nil {
		return nil, nil, &respond.Failure{Code: respond.Refused}
	}
	user, err := a.holder(ctx, handlerID)
	if err != nil {
		return nil, nil, err
	}
	return a.passkeys.BeginRegistration(user,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationRequired}),
		webauthn.WithExclusions(webauthn.Credentials(user.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithExtensions(withPRF()))
}

// madePasskey checks a new passkey.
func (a *Auth) madePasskey(ctx context.Context, session webauthn.SessionData, answer json.RawMessage) (p store.Passkey, err error) {
	if a.passkeys == nil || carriesPRF(answer) {
		return p, respond.ErrMalformed
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return p, respond.ErrMalformed
	}
	user, err := a.holder(ctx, string(session.UserID))
	if err != nil {
		return p, err
	}
	credential, err := a.passkeys.CreateCredential(user, session, parsed)
	if err != nil {
		return p, errCode
	}
	p = store.Passkey{ID: credential.ID, HandlerID: user.handler.ID}
	p.Credential, err = json.Marshal(credential)
	return p, err
}

// carriesPRF reports whether an answer holds what unlocks the identity: our
// script takes that out.
func carriesPRF(answer json.RawMessage) bool {
	var v struct {
		Extensions struct {
			PRF struct {
				Results json.RawMessage `json:"results"`
			} `json:"prf"`
		} `json:"clientExtensionResults"`
	}
	return json.Unmarshal(answer, &v) == nil && len(v.Extensions.PRF.Results) > 0 && string(v.Extensions.PRF.Results) != "null"
}

// passkeyLine is a passkey as its handler sees it.
type passkeyLine struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Created string `json:"created"`
	Unlocks bool   `json:"unlocks"`
}

func (a *Auth) passkeyLines(ctx context.Context, handlerID string) ([]passkeyLine, error) {
	all, err := a.store.Passkeys(ctx, handlerID)
	lines := make([]passkeyLine, 0, len(all))
	for _, p := range all {
		lines = append(lines, passkeyLine{base64.RawURLEncoding.EncodeToString(p.ID), p.Name, p.Created.In(a.settings.Zone()).Format(time.DateOnly), len(p.Identity) > 0})
	}
	return lines, err
}
