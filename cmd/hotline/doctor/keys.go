package doctor

import (
	"encoding/hex"
	"errors"

	"hotline/cmd/hotline/cli"
	"hotline/store"
)

// caseFaultLimit is how many cases are named.
const caseFaultLimit = 10

// checkClosed wants somebody who can open each case. A key may be left all the
// same, of somebody who may not read the case any more.
func (d *doctor) checkClosed() {
	ids, err := d.store.ClosedCases(d.ctx, caseFaultLimit+1)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	for i, id := range ids {
		if i == caseFaultLimit {
			d.found("see the hint above", "There are more cases that nobody who may read them can open.")
			return
		}
		d.found("`hotline case grant "+id+" --to E -i FILE`, with the recovery identity or that of somebody who could open it before",
			"Nobody who may read the case %s can open it.", id)
	}
}

// checkAudit wants the audit log to be what was written, and says how it ends:
// only a note kept elsewhere tells it from one that was written anew.
func (d *doctor) checkAudit() {
	head, err := d.store.VerifyAudit(d.ctx)
	var broken *store.BrokenChain
	switch {
	case errors.As(err, &broken):
		d.found("keep a copy of the database as it is, and find out who could write to it", "The audit log was changed: row %d %s.", broken.N, broken.Reason)
	case err != nil:
		d.fault(cli.Explain(err))
	case head.N > 0:
		d.note("the audit log is whole and ends with row %d, hash %s: keep that elsewhere", head.N, hex.EncodeToString(head.Hash))
	}
}
