package browser

import (
	"maps"
	"path/filepath"
	"sync"
	"testing"

	"hotline/test/rig"
)

// template is a hotline that is filled once, and copied for every test that begins
// with it.
type template struct {
	flags []string
	fill  func(t *testing.T, k *keyring)

	once   sync.Once
	filled *keyring // whose server has ended
}

// copy starts a server with a copy of the data folder. Everybody who enrolled is
// signed in and has just given the password.
func (m *template) copy(t *testing.T) *keyring {
	t.Helper()
	m.once.Do(func() { m.make(t) })
	if m.filled == nil {
		t.Fatal("what this test begins with could not be made")
	}
	data := filepath.Join(t.TempDir(), "data")
	rig.CopyFolder(t, m.filled.Data, data)
	// Before the server starts, which deletes sessions that ended while this test waited for its turn.
	(&rig.Server{Data: data}).Exec(t, `UPDATE sessions SET created = unixepoch(), seen = unixepoch(), confirmed = unixepoch()`)
	k := *m.filled
	k.Server = rig.StartNamed(t, data, append([]string{"--limits", "off"}, m.flags...)...)
	k.identities, k.reporters = maps.Clone(k.identities), maps.Clone(k.reporters)
	return &k
}

func (m *template) make(t *testing.T) {
	t.Helper()
	k := newKeyring(t, rig.StartNamed(t, filepath.Join(rig.SharedFolder(t), "data"), append([]string{"--limits", "off"}, m.flags...)...))
	m.fill(t, k)
	if err := k.Stop(t); err != nil {
		t.Fatal(err)
	}
	m.filled = k
}
