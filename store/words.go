package store

import (
	"context"

	"hotline/store/casework"
	"hotline/store/engine"
)

// WordsVersion is a version of a text that the organisation wrote for reporters.
// Versions never change, and of each text the one with the highest number holds.
type WordsVersion struct {
	casework.WordsKey
	Version int          // 1, 2, 3 …
	Written bool         // false: the text was taken back
	Day     casework.Day // at the entity
	By      string       // a handler's id; "" the command line
}

const wordsColumns = `entity, part, language, version, text <> '', day, by_id`

func scanWords(row engine.Scanner) (v WordsVersion, err error) {
	err = row.Scan(&v.Entity, &v.Part, &v.Language, &v.Version, &v.Written, &v.Day, &v.By)
	return v, err
}

// CurrentWords returns the version of each text that holds.
func (s *Store) CurrentWords(ctx context.Context) ([]WordsVersion, error) {
	return engine.List(s.read(ctx), scanWords, `SELECT `+wordsColumns+` FROM words w WHERE `+lastVersion+` ORDER BY entity, part, language`)
}

const lastVersion = `version = (SELECT max(version) FROM words l WHERE l.entity = w.entity AND l.part = w.part AND l.language = w.language)`

// WordsVersions returns the versions of a text, the newest first.
func (s *Store) WordsVersions(ctx context.Context, k casework.WordsKey) ([]WordsVersion, error) {
	return engine.List(s.read(ctx), scanWords, `SELECT `+wordsColumns+` FROM words
		WHERE entity = $1 AND part = $2 AND language = $3 ORDER BY version DESC`, k.Entity, k.Part, k.Language)
}

// WordsText returns a version's text as Markdown, or ErrNotFound.
func (s *Store) WordsText(ctx context.Context, k casework.WordsKey, version int) (string, error) {
	return engine.One(s.read(ctx), engine.Column[string], `SELECT text FROM words
		WHERE entity = $1 AND part = $2 AND language = $3 AND version = $4`, k.Entity, k.Part, k.Language, version)
}

// PutWords adds a version of a text, "" to take the text back. seen is the number of
// the version that whoever wrote it saw, 0 none. ErrConflict: there is another one by
// now. ErrNotFound: there is no such entity or part. by is who does it, "" the command
// line.
func (s *Store) PutWords(ctx context.Context, by string, k casework.WordsKey, text string, day casework.Day, seen int) error {
	return s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		if !entities.Known(k.Entity) || !casework.ValidWordsPart(k.Part) {
			return ErrNotFound
		}
		var last int
		err = t.Row(`SELECT COALESCE(max(version), 0) FROM words WHERE entity = $1 AND part = $2 AND language = $3`, k.Entity, k.Part, k.Language).Scan(&last)
		if err != nil {
			return err
		}
		if last != seen {
			return ErrConflict
		}
		t.audit(AuditEntry{By: by, What: AuditWords, Detail: k.Part + " " + k.Language + " " + k.Entity})
		_, err = t.Exec(`INSERT INTO words (entity, part, language, version, text, day, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			k.Entity, k.Part, k.Language, last+1, text, string(day), by)
		return err
	})
}

// takeWordsBack has all texts of an entity end that is removed. Its versions stay: they
// say what reporters read on which day, and none of their numbers is given again to
// the texts of another entity of the same code.
func takeWordsBack(t tx, by, entity string, day casework.Day) error {
	_, err := t.Exec(`INSERT INTO words (entity, part, language, version, text, day, by_id)
		SELECT entity, part, language, version + 1, '', $1, $2 FROM words w WHERE entity = $3 AND text <> '' AND `+lastVersion,
		string(day), by, entity)
	return err
}
