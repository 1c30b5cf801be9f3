package cases

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
)

// presence deletes what says who has a case open, as soon as it has expired.
type presence struct {
	mu    sync.Mutex
	timer *time.Timer // runs while there may be something to delete
}

// expire has it deleted once the last that was noted has expired.
func (p *presence) expire(drop func()) {
	const after = store.PresenceLasts + time.Second
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer == nil {
		p.timer = time.AfterFunc(after, drop)
		return
	}
	p.timer.Reset(after)
}

// PostPresence notes that the handler's browser shows a case, or does no more, and
// names the other readers whose browsers show it. It does not keep the session alive.
func (d *Desk) PostPresence(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Open bool `json:"open"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	names := []string{}
	if r.Open {
		names, err = d.stay(ctx, found.ID, s.Handler.ID)
	} else {
		err = d.store.Leave(ctx, found.ID, s.Handler.ID)
	}
	if err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Others []string `json:"others"`
	}{names})
}

// stay notes that a handler has a case open, and names the others.
func (d *Desk) stay(ctx context.Context, caseID, handlerID string) ([]string, error) {
	others, err := d.store.StayAt(ctx, caseID, handlerID)
	if err != nil {
		return nil, err
	}
	d.present.expire(func() {
		if err := d.store.DropPresence(context.Background()); err != nil {
			d.log.Error("who had a case open was not deleted", "error", err)
		}
	})
	names := []string{}
	if len(others) == 0 {
		return names, nil
	}
	all, err := d.store.Handlers(ctx)
	known := namesOf(all)
	for _, id := range others {
		names = append(names, known[id])
	}
	return names, err
}
