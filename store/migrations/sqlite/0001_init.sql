-- +goose Up

-- Times are unix seconds, days ISO text ('2026-11-21', '' for none).
--
-- No row number tells who came first. Small rows that belong to reporters are
-- kept WITHOUT ROWID, in the order of their random keys. Rows with large
-- sealed columns have a random number, place, as their rowid instead: in a
-- table WITHOUT ROWID every comparison on the way to a row would read the large
-- columns of another. Large columns stand last, so that a list reads none.

CREATE TABLE handlers (
    id        TEXT    NOT NULL PRIMARY KEY,
    name      TEXT    NOT NULL,
    email     TEXT    NOT NULL,
    email_key TEXT    NOT NULL UNIQUE CHECK (email_key <> ''), -- lower case
    roles     TEXT    NOT NULL,           -- separated by commas
    queues    TEXT    NOT NULL,           -- separated by commas
    created   INTEGER NOT NULL,
    disabled  INTEGER NOT NULL DEFAULT 0, -- 0: active
    recipient TEXT    NOT NULL            -- age1pq1…, '' before enrolment
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
    place              INTEGER NOT NULL PRIMARY KEY, -- random
    id                 TEXT    NOT NULL UNIQUE CHECK (id <> ''),
    lookup_hash        BLOB    NOT NULL UNIQUE CHECK (length(lookup_hash) = 32),
    queue              TEXT    NOT NULL CHECK (queue <> ''),
    category           TEXT    NOT NULL,
    channel            TEXT    NOT NULL,
    state              TEXT    NOT NULL CHECK (state IN ('received', 'acknowledged', 'under-review', 'investigating',
                                                         'corrective-action', 'closed', 'monitoring', 'purged')),
    outcome            TEXT    NOT NULL CHECK (outcome IN ('', 'substantiated', 'partly', 'unsubstantiated',
                                                           'insufficient', 'out-of-scope', 'referred', 'advised')),
    received           TEXT    NOT NULL CHECK (received <> ''),
    acknowledged       TEXT    NOT NULL,
    closed             TEXT    NOT NULL,
    last_seq           INTEGER NOT NULL CHECK (last_seq > 0),
    recipient          TEXT    NOT NULL,
    reporter_recipient TEXT    NOT NULL,
    summary            BLOB    NOT NULL
) STRICT;

CREATE INDEX cases_by_queue ON cases (queue, received, id);

-- The case identity, sealed to one handler a row.
CREATE TABLE case_keys (
    place      INTEGER NOT NULL PRIMARY KEY, -- random
    case_id    TEXT    NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id TEXT    NOT NULL REFERENCES handlers (id),
    sealed     BLOB    NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, handler_id)
) STRICT;

-- at is 0 for what a reporter does: of reporters only the day is kept.
CREATE TABLE messages (
    place   INTEGER NOT NULL PRIMARY KEY, -- random
    case_id TEXT    NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL CHECK (seq > 0),
    sender  TEXT    NOT NULL CHECK (sender IN ('report', 'reporter', 'desk', 'note')),
    on_day  TEXT    NOT NULL CHECK (on_day <> ''),
    at      INTEGER NOT NULL CHECK (at = 0 OR sender IN ('desk', 'note')),
    sealed  BLOB    NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, seq)
) STRICT;

-- The bytes lie in the folder of sealed files, under the id.
CREATE TABLE files (
    id      TEXT    NOT NULL PRIMARY KEY CHECK (id <> ''),
    case_id TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    size    INTEGER NOT NULL CHECK (size >= 0), -- sealed and padded, bytes
    FOREIGN KEY (case_id, seq) REFERENCES messages (case_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX files_by_case ON files (case_id, seq);

-- Every form that was sent in, for as long as the daily key of its day lives.
-- opened is 1 for the use that opened the case. One form opens one case: here
-- writers come one after another, and each looks before it writes.
CREATE TABLE form_uses (
    nonce   BLOB    NOT NULL CHECK (length(nonce) = 32),   -- SHA-256 of the form's nonce
    content BLOB    NOT NULL CHECK (length(content) > 0),  -- MAC of what was sent
    case_id TEXT    NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    day     TEXT    NOT NULL CHECK (day <> ''),
    opened  INTEGER NOT NULL CHECK (opened IN (0, 1)),
    PRIMARY KEY (nonce, content)
) STRICT, WITHOUT ROWID;

CREATE TABLE daily_keys (
    day TEXT NOT NULL PRIMARY KEY CHECK (day <> ''),
    key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;

-- Yearly figures. They are joined to no case and outlive it.
CREATE TABLE counters (
    month     TEXT    NOT NULL CHECK (month <> ''),
    dimension TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    count     INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (month, dimension, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row that the readiness check writes to.
CREATE TABLE probe (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    n  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO probe (id, n) VALUES (1, 0);
