package intake

import (
	"context"
	"errors"
	"sync"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/store"
	"hotline/store/casework"
)

// dailyKeys keeps the keys of the days in use, so that serving a form needs no
// database.
type dailyKeys struct {
	store *store.Store
	mu    sync.Mutex
	keys  map[casework.Day]crypto.DailyKey
}

// key returns the key of a day; if fresh it is made should there be none.
func (k *dailyKeys) key(ctx context.Context, day casework.Day, fresh bool) (crypto.DailyKey, error) {
	k.mu.Lock()
	key, ok := k.keys[day]
	k.mu.Unlock()
	if ok {
		return key, nil
	}
	found, err := k.load(ctx, day, fresh)
	if errors.Is(err, store.ErrNotFound) {
		return crypto.DailyKey{}, guard.ErrFormExpired
	}
	if err != nil {
		return crypto.DailyKey{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys == nil {
		k.keys = map[casework.Day]crypto.DailyKey{}
	}
	k.keys[day] = found
	return found, nil
}

func (k *dailyKeys) load(ctx context.Context, day casework.Day, fresh bool) (crypto.DailyKey, error) {
	if fresh {
		return k.store.DailyKey(ctx, day, crypto.NewDailyKey())
	}
	return k.store.FindDailyKey(ctx, day)
}

// drop forgets the keys of the days before day, here and in the database.
func (k *dailyKeys) drop(ctx context.Context, day casework.Day) error {
	k.mu.Lock()
	for d := range k.keys {
		if d < day {
			delete(k.keys, d)
		}
	}
	k.mu.Unlock()
	_, err := k.store.DropDailyKeys(ctx, day)
	return err
}

// recipientCache spares parsing the same few public keys for every report.
type recipientCache struct{ parsed sync.Map }

func (c *recipientCache) parse(s string) (crypto.Recipient, error) {
	if r, ok := c.parsed.Load(s); ok {
		return r.(crypto.Recipient), nil
	}
	r, err := crypto.ParseRecipient(s)
	if err == nil {
		c.parsed.Store(s, r)
	}
	return r, err
}
