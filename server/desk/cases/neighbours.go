package cases

import (
	"context"
	"net/url"

	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// neighbours are the cases before and after a case in the list that the handler came
// from, none where they came from elsewhere. place is where the case stood in it when
// it was opened: what was done to it since may have moved it.
func (d *Desk) neighbours(ctx context.Context, s session.Session, found store.Case, back, place string) (n view.Neighbours, err error) {
	asked, err := url.ParseQuery(back)
	if err != nil || back == "" {
		return n, nil
	}
	q := d.queryOf(d.askedFor(asked.Get, s.Handler, nil))
	at, err := casework.ParseCursor(place)
	if err != nil || at.ID != found.ID {
		at = q.At(found)
	}
	n.Place = at.String()
	n.Before, n.After, err = d.store.Neighbours(ctx, s.Handler, q, at)
	return n, err
}
