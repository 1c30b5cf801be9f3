package guard

import (
	"sync"
	"time"

	"hotline/crypto"
)

// PassLife is how long after its wait a form is let past a limit.
const PassLife = 5 * time.Minute

const maxPasses = 200_000 // remembered of one generation; beyond that none is accepted

// Passes remembers which forms that waited were let past a limit, so that each of them
// is once. It holds nonces in memory only, for at most twice the longest age of a pass.
type Passes struct {
	now func() time.Time
	age time.Duration // at which a pass has ended

	mu             sync.Mutex
	since          time.Time
	recent, former map[pass]struct{}
}

type pass struct {
	nonce crypto.Nonce
	waits int64 // unix seconds
}

// NewPasses makes a memory of passes that end at an age, counted from Form.Waits.
func NewPasses(now func() time.Time, age time.Duration) *Passes {
	return &Passes{now: now, age: age}
}

// Spend reports whether a form that waited may pass, which it may once.
func (p *Passes) Spend(form Form) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if age := now.Sub(form.Waits); age < 0 || age >= p.age {
		return false
	}
	if now.Sub(p.since).Abs() >= p.age {
		p.former, p.recent, p.since = p.recent, map[pass]struct{}{}, now
	}
	id := pass{form.Nonce, form.Waits.Unix()}
	_, recently := p.recent[id]
	_, formerly := p.former[id]
	if recently || formerly || len(p.recent) >= maxPasses {
		return false
	}
	p.recent[id] = struct{}{}
	return true
}
