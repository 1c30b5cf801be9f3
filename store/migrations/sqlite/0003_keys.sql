-- +goose Up

-- Keys in motion. case_keys is made anew: a key may be the recovery recipient's,
-- and says to which of its reader's recipients it is sealed. case_events takes
-- more of what can happen.

ALTER TABLE handlers ADD COLUMN key_version INTEGER NOT NULL DEFAULT 0; -- counts the recipients they had
ALTER TABLE handlers ADD COLUMN wanting     INTEGER NOT NULL DEFAULT 0 CHECK (wanting IN (0, 1)); -- they may lack keys of cases that they may read
ALTER TABLE handlers ADD COLUMN shown_as    TEXT    NOT NULL DEFAULT ''; -- to reporters, who may exclude them; '' not at all

UPDATE handlers SET wanting = 1 WHERE recipient <> '';

-- The identity in the safe, to which case identities are sealed as well.
CREATE TABLE recovery (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    recipient   TEXT    NOT NULL,  -- age1pq1…, '' none
    key_version INTEGER NOT NULL,  -- counts the recipients there were
    wanting     INTEGER NOT NULL CHECK (wanting IN (0, 1))
) STRICT;

INSERT INTO recovery (id, recipient, key_version, wanting) VALUES (1, '', 0, 0);

CREATE TABLE case_keys_3 (
    place       INTEGER NOT NULL PRIMARY KEY, -- random
    case_id     TEXT    NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id  TEXT    NOT NULL,  -- or 'recovery'
    key_version INTEGER NOT NULL,  -- of the recipient that it is sealed to
    checked     INTEGER NOT NULL CHECK (checked IN (0, 1)), -- 0: a colleague sealed it, and its reader has not opened it yet
    sealed      BLOB    NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, handler_id)
) STRICT;

INSERT INTO case_keys_3 SELECT place, case_id, handler_id, 0, 1, sealed FROM case_keys;
DROP TABLE case_keys;
ALTER TABLE case_keys_3 RENAME TO case_keys;
CREATE INDEX case_keys_unchecked ON case_keys (handler_id, case_id) WHERE checked = 0;

-- Who may not see a case. Of what a reporter asked for no time is kept.
CREATE TABLE exclusions (
    handler_id TEXT    NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    case_id    TEXT    NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind       TEXT    NOT NULL CHECK (kind IN ('excluded', 'recused', 'reporter')),
    at         INTEGER NOT NULL CHECK (at = 0 OR kind <> 'reporter'),
    by_id      TEXT    NOT NULL,
    PRIMARY KEY (handler_id, case_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX exclusions_by_case ON exclusions (case_id);

CREATE TABLE case_events_3 (
    id         TEXT NOT NULL PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    after_seq  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    handler_id TEXT NOT NULL,
    what       TEXT NOT NULL CHECK (what IN ('state', 'priority', 'assignee', 'queue', 'excluded', 'recused', 'readmitted', 'access', 'name', 'export')),
    was        TEXT NOT NULL,
    became     TEXT NOT NULL,
    outcome    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO case_events_3 SELECT * FROM case_events;
DROP TABLE case_events;
ALTER TABLE case_events_3 RENAME TO case_events;
CREATE INDEX case_events_by_case ON case_events (case_id);

-- The reporter's name and how to reach them, sealed apart. Every report has one,
-- an empty one too, so that it does not tell who is anonymous.
CREATE TABLE reporter_names (
    place   INTEGER NOT NULL PRIMARY KEY, -- random
    case_id TEXT    NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    sealed  BLOB    NOT NULL CHECK (length(sealed) > 0)
) STRICT;

-- Who may open names: handlers designated in writing. until_day '' is still.
CREATE TABLE designations (
    id         TEXT NOT NULL PRIMARY KEY,
    handler_id TEXT NOT NULL REFERENCES handlers (id),
    document   TEXT NOT NULL CHECK (document <> ''),
    from_day   TEXT NOT NULL CHECK (from_day <> ''),
    until_day  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX designations_by_handler ON designations (handler_id);

-- The written statement of an oral report, and what its reporter says to it.
CREATE TABLE statements (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    state   TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'corrected', 'withdrawn')),
    on_day  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A case's labels, sealed to it. version counts their changes.
CREATE TABLE case_labels (
    place   INTEGER NOT NULL PRIMARY KEY, -- random
    case_id TEXT    NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    sealed  BLOB    NOT NULL CHECK (length(sealed) > 0)
) STRICT;

-- Cases that belong together, each pair once.
CREATE TABLE case_links (
    low_id  TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    high_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('related', 'duplicate')),
    PRIMARY KEY (low_id, high_id),
    CHECK (low_id < high_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_links_by_high ON case_links (high_id);

-- Who did what to which case when: nothing that reporters do. Each row's hash
-- covers that of the row before; the head is the last one.
CREATE TABLE audit (
    n          INTEGER NOT NULL PRIMARY KEY,
    at         INTEGER NOT NULL,
    handler_id TEXT    NOT NULL,   -- '' the command line
    what       TEXT    NOT NULL CHECK (what <> ''),
    case_id    TEXT    NOT NULL,
    subject    TEXT    NOT NULL,   -- a handler's or a case's id
    detail     TEXT    NOT NULL,   -- codes
    hash       BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_by_case ON audit (case_id, n) WHERE case_id <> '';

CREATE TABLE audit_head (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    n    INTEGER NOT NULL,
    hash BLOB    NOT NULL
) STRICT;

INSERT INTO audit_head (id, n, hash) VALUES (1, 0, zeroblob(32));

-- +goose StatementBegin
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
-- +goose StatementEnd
