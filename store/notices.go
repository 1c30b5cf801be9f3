package store

import (
	"hotline/store/casework"
	"hotline/store/engine"
)

// A notice says that there is something new for a handler or a webhook, and no more. It
// is written in the transaction of what happened, a row for each time, so that no
// transaction waits for another one. The row goes when the target was told.

// notifyReaders notes that there is something new in a case: for who is in charge of
// it, or where nobody is, or somebody is in danger (urgent), for all who may read it;
// and for the webhooks of where they read it. by has done it and is not told; "" is
// nobody of them.
func notifyReaders(t tx, caseID, by string, urgent bool) error {
	ids, err := engine.List(t.Tx, engine.Column[string], `SELECT h.id FROM cases c, handlers h
		WHERE c.id = $1 AND h.id <> $2 AND (c.assignee IN ('', h.id) OR $3) AND `+readsSQL, caseID, by, urgent)
	if err != nil {
		return err
	}
	if err := notify(t, urgent, ids...); err != nil {
		return err
	}
	branch, err := engine.One(t.Tx, engine.Column[string], `SELECT branch FROM cases WHERE id = $1`, caseID)
	if err != nil {
		return err
	}
	return notifyWebhooks(t, urgent, casework.Branch(branch).Entity())
}

// notifyWebhooks notes that there is something new at an entity, for the webhooks that
// are told about it.
func notifyWebhooks(t tx, urgent bool, entity string) error {
	all, err := webhooksIn(t)
	if err != nil || len(all) == 0 {
		return err
	}
	entities, err := entitiesIn(t)
	if err != nil {
		return err
	}
	for _, w := range entities.WebhooksAt(entity, all) {
		_, err := t.Exec(`INSERT INTO notices (place, target, urgent) VALUES ($1, $2, $3)`, engine.RandomPlace(), w.Target(), bit(urgent))
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetDeliveries takes away what a target was not told yet, and that it was not.
func forgetDeliveries(t tx, target string) error {
	_, err := t.Exec(`DELETE FROM notices WHERE target = $1`, target)
	if err == nil {
		_, err = t.Exec(`DELETE FROM failed_deliveries WHERE target = $1`, target)
	}
	return err
}

// notify notes that there is something new for handlers, as far as they want to hear
// of it.
func notify(t tx, urgent bool, ids ...string) error {
	for _, id := range ids {
		_, err := t.Exec(`INSERT INTO notices (place, target, urgent) SELECT CAST($1 AS BIGINT), id, CAST($2 AS BIGINT) FROM handlers
			WHERE id = $3 AND disabled = 0 AND notify <> 'none'`, engine.RandomPlace(), bit(urgent), id)
		if err != nil {
			return err
		}
	}
	return nil
}

// notifyKeyHolders notes that somebody (a handler, or Recovery) waits for keys, for
// each of those who can give them one, and for the webhooks of the root.
func notifyKeyHolders(t tx, id string) error {
	access, err := readAccess(t)
	if err != nil {
		return err
	}
	to := access.recovery
	if id != Recovery {
		to = Reader{id, access.handlers[id].Recipient, access.versions[id]}
	}
	waits := false
	for _, h := range access.handlers {
		var q engine.Statement
		query := wantedSQL(&q, access, h, Reader{ID: h.ID, version: access.versions[h.ID]}, to, "")
		if h.ID == id || query == "" {
			continue
		}
		able, err := engine.List(t.Tx, engine.Column[int], `SELECT 1 `+query+` LIMIT 1`, q.Args...)
		if err == nil && len(able) > 0 {
			waits, err = true, notify(t, false, h.ID)
		}
		if err != nil {
			return err
		}
	}
	if !waits {
		return nil
	}
	return notifyWebhooks(t, false, casework.Root)
}
