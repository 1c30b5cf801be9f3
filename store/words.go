package store

import (
	"context"
	"slices"

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

// CurrentWords returns the version of each text that holds, of those that stand on pages.
func (s *Store) CurrentWords(ctx context.Context) ([]WordsVersion, error) {
	return s.current(ctx, `part NOT LIKE 'letter.%'`)
}

// CurrentLetters is CurrentWords for the texts of letters.
func (s *Store) CurrentLetters(ctx context.Context) ([]WordsVersion, error) {
	return s.current(ctx, isLetter)
}

const isLetter = `part LIKE 'letter.%'`

func (s *Store) current(ctx context.Context, which string) ([]WordsVersion, error) {
	return engine.List(s.read(ctx), scanWords, `SELECT `+wordsColumns+` FROM words w WHERE `+which+` AND `+lastVersion+` ORDER BY entity, part, language`)
}

const lastVersion = `version = (SELECT max(version) FROM words l WHERE l.entity = w.entity AND l.part = w.part AND l.language = w.language)`

// WordsVersions returns the versions of a text, the newest first.
func (s *Store) WordsVersions(ctx context.Context, k casework.WordsKey) ([]WordsVersion, error) {
	return engine.List(s.read(ctx), scanWords, `SELECT `+wordsColumns+` FROM words
		WHERE entity = $1 AND part = $2 AND language = $3 ORDER BY version DESC`, k.Entity, k.Part, k.Language)
}

// WordsText returns a version's text, or ErrNotFound.
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
		what, of := AuditWords, k.Part
		code, isLetter := casework.LetterOfPart(k.Part)
		if isLetter {
			what, of = AuditLetters, code
			err = changeLetterText(t, entities, k.Entity, code)
		} else if !entities.Known(k.Entity) || !casework.ValidWordsPart(k.Part) {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		var last int
		err = t.Row(`SELECT COALESCE(max(version), 0) FROM words WHERE entity = $1 AND part = $2 AND language = $3`, k.Entity, k.Part, k.Language).Scan(&last)
		if err != nil {
			return err
		}
		if last != seen {
			return ErrConflict
		}
		t.audit(AuditEntry{By: by, What: what, Detail: of + " " + k.Language + " " + k.Entity})
		_, err = t.Exec(`INSERT INTO words (entity, part, language, version, text, day, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			k.Entity, k.Part, k.Language, last+1, text, string(day), by)
		return err
	})
}

// changeLetterText returns ErrNotFound unless a letter of the code can have a text at the
// entity, and counts the change.
func changeLetterText(t tx, entities casework.Entities, entity, code string) error {
	if !entities.Known(entity) {
		return ErrNotFound
	}
	if _, builtIn := casework.FindBuiltInLetter(code); builtIn {
		return nil
	}
	all, err := lettersIn(t.Tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(l casework.OwnLetter) bool { return l.Code() == code && l.HoldsAt(entities.Path(entity)) })
	if i < 0 {
		return ErrNotFound
	}
	_, err = t.Exec(`UPDATE letters SET version = version + 1 WHERE number = $1`, all[i].Number)
	return err
}

// takeWordsBack has all texts of an entity end that is removed. Its versions stay: they
// say what reporters read on which day, and none of their numbers is given again to
// the texts of another entity of the same code.
func takeWordsBack(t tx, by, entity string, day casework.Day) error {
	return withdraw(t, by, day, `entity = $3`, entity)
}

// withdraw takes the texts back that a condition on $3 chooses.
func withdraw(t tx, by string, day casework.Day, which, value string) error {
	_, err := t.Exec(`INSERT INTO words (entity, part, language, version, text, day, by_id)
		SELECT entity, part, language, version + 1, '', $1, $2 FROM words w WHERE `+which+` AND text <> '' AND `+lastVersion,
		string(day), by, value)
	return err
}

// LetterText is what a letter says in a language at an entity.
type LetterText struct {
	casework.WordsKey
	Text string
}

// LetterTexts returns the texts of letters that hold at some entities themselves.
func (s *Store) LetterTexts(ctx context.Context, entities []string) ([]LetterText, error) {
	var q engine.Statement
	return engine.List(s.read(ctx), func(row engine.Scanner) (l LetterText, err error) {
		err = row.Scan(&l.Entity, &l.Part, &l.Language, &l.Text)
		return l, err
	}, `SELECT entity, part, language, text FROM words w WHERE `+isLetter+` AND text <> '' AND entity IN (`+engine.ArgsOf(&q, entities)+`) AND `+lastVersion+`
		ORDER BY entity, part, language`, q.Args...)
}

// Letters returns the letters that the organisation added, in the order of their numbers.
func (s *Store) Letters(ctx context.Context) ([]casework.OwnLetter, error) {
	return lettersIn(s.read(ctx))
}

func lettersIn(q engine.Tx) ([]casework.OwnLetter, error) {
	return engine.List(q, func(row engine.Scanner) (l casework.OwnLetter, err error) {
		var names string
		if err = row.Scan(&l.Number, &l.Entity, &l.Name, &names, &l.Kind, &l.Use, &l.Version); err != nil {
			return l, err
		}
		l.Names, err = casework.ReadTranslations(names)
		return l, damaged("the letter "+l.Code(), err)
	}, `SELECT number, entity, name, names, kind, used_as, version FROM letters ORDER BY number`)
}

// What the audit log says in the place of a language.
const (
	LetterDescribed = "*" // the letter itself was added or changed
	LetterRemoved   = "-" // all its texts were withdrawn
)

// AddLetter adds a letter, without a text yet, and returns its number. ErrNotFound: there
// is no such entity. ErrTooMany: it has as many as there can be.
func (s *Store) AddLetter(ctx context.Context, by string, l casework.OwnLetter) (number int, err error) {
	err = s.write(ctx, func(t tx) error {
		entities, err := lockOrganization(t)
		if err != nil {
			return err
		}
		if !entities.Known(l.Entity) {
			return ErrNotFound
		}
		var there int
		if err := t.Row(`SELECT COALESCE(max(number), 0) + 1, COALESCE(sum(CASE WHEN entity = $1 THEN 1 ELSE 0 END), 0) FROM letters`, l.Entity).Scan(&l.Number, &there); err != nil {
			return err
		}
		if there >= casework.LettersLimit {
			return ErrTooMany
		}
		number = l.Number
		t.audit(letterChange(by, LetterDescribed, l))
		_, err = t.Exec(`INSERT INTO letters (number, entity, name, names, kind, used_as, version) VALUES ($1, $2, $3, $4, $5, $6, 1)`,
			l.Number, l.Entity, l.Name, l.Names.Written(), l.Kind, l.Use)
		return err
	})
	return number, err
}

func letterChange(by, what string, l casework.OwnLetter) AuditEntry {
	return AuditEntry{By: by, What: AuditLetters, Detail: l.Code() + " " + what + " " + l.Entity}
}

// ChangeLetter changes the name and the kind of a letter as it was at its version.
// ErrConflict: it is another by now.
func (s *Store) ChangeLetter(ctx context.Context, by string, l casework.OwnLetter) error {
	return s.write(ctx, func(t tx) error {
		n, err := t.Exec(`UPDATE letters SET name = $1, names = $2, kind = $3, version = version + 1 WHERE number = $4 AND version = $5`,
			l.Name, l.Names.Written(), l.Kind, l.Number, l.Version)
		if err == nil && n == 0 {
			err = ErrConflict
		}
		t.audit(letterChange(by, LetterDescribed, l))
		return err
	})
}

// RemoveLetter withdraws all texts of a letter as it was at its version, at all entities.
// Their versions stay, and each can be stored anew. ErrConflict: it is another by now.
func (s *Store) RemoveLetter(ctx context.Context, by string, l casework.OwnLetter, day casework.Day) error {
	return s.write(ctx, func(t tx) error {
		if _, err := lockOrganization(t); err != nil {
			return err
		}
		n, err := t.Exec(`UPDATE letters SET version = version + 1 WHERE number = $1 AND version = $2`, l.Number, l.Version)
		if err == nil && n == 0 {
			err = ErrConflict
		}
		if err != nil {
			return err
		}
		t.audit(letterChange(by, LetterRemoved, l))
		return withdraw(t, by, day, `part = $3`, casework.LetterPart(l.Code()))
	})
}
