-- +goose Up

-- The desk. Cases and messages get columns before their large ones, so both
-- are made anew, and with them what refers to them. A due day '-' is computed when
-- the database is opened.

CREATE TABLE cases_2 (
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
    decided            TEXT    NOT NULL,           -- first investigated, or closed
    answered           TEXT    NOT NULL,           -- first feedback
    closed             TEXT    NOT NULL,
    reopened           TEXT    NOT NULL,           -- taken up again, the last time
    due                TEXT    NOT NULL,           -- next due day, by the profile
    turn               TEXT    NOT NULL CHECK (turn IN ('new', 'desk', 'reporter', 'ended')),
    priority           TEXT    NOT NULL CHECK (priority IN ('normal', 'high')),
    assignee           TEXT    NOT NULL,           -- a handler's id
    last_seq           INTEGER NOT NULL CHECK (last_seq > 0),
    recipient          TEXT    NOT NULL,
    reporter_recipient TEXT    NOT NULL,
    summary            BLOB    NOT NULL
) STRICT;

INSERT INTO cases_2 SELECT place, id, lookup_hash, queue, category, channel, state, outcome, received, acknowledged,
    CASE WHEN state IN ('investigating', 'corrective-action', 'closed', 'monitoring', 'purged') THEN received ELSE '' END,
    '', closed, '', CASE WHEN state IN ('closed', 'purged') THEN '' ELSE '-' END,
    CASE WHEN state IN ('closed', 'monitoring', 'purged') THEN 'ended' WHEN state = 'received' THEN 'new' ELSE 'desk' END,
    'normal', '', last_seq, recipient, reporter_recipient, summary FROM cases;

CREATE TABLE messages_2 (
    place      INTEGER NOT NULL PRIMARY KEY, -- random
    case_id    TEXT    NOT NULL REFERENCES cases_2 (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL CHECK (seq > 0),
    sender     TEXT    NOT NULL CHECK (sender IN ('report', 'reporter', 'desk', 'note')),
    kind       TEXT    NOT NULL CHECK (kind IN ('', 'question', 'answer')),
    on_day     TEXT    NOT NULL CHECK (on_day <> ''),
    at         INTEGER NOT NULL CHECK (at = 0 OR sender IN ('desk', 'note')),
    handler_id TEXT    NOT NULL CHECK (handler_id = '' OR sender IN ('desk', 'note')),
    sealed     BLOB    NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, seq)
) STRICT;

INSERT INTO messages_2 SELECT place, case_id, seq, sender, '', on_day, at, '', sealed FROM messages;

CREATE TABLE case_keys_2 (
    place      INTEGER NOT NULL PRIMARY KEY, -- random
    case_id    TEXT    NOT NULL REFERENCES cases_2 (id) ON DELETE CASCADE,
    handler_id TEXT    NOT NULL REFERENCES handlers (id),
    sealed     BLOB    NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, handler_id)
) STRICT;

INSERT INTO case_keys_2 SELECT * FROM case_keys;

CREATE TABLE files_2 (
    id      TEXT    NOT NULL PRIMARY KEY CHECK (id <> ''),
    case_id TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    size    INTEGER NOT NULL CHECK (size >= 0), -- sealed and padded, bytes
    FOREIGN KEY (case_id, seq) REFERENCES messages_2 (case_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO files_2 SELECT * FROM files;

CREATE TABLE form_uses_2 (
    nonce   BLOB    NOT NULL CHECK (length(nonce) = 32),   -- SHA-256 of the form's nonce
    content BLOB    NOT NULL CHECK (length(content) > 0),  -- MAC of what was sent
    case_id TEXT    NOT NULL REFERENCES cases_2 (id) ON DELETE CASCADE,
    day     TEXT    NOT NULL CHECK (day <> ''),
    opened  INTEGER NOT NULL CHECK (opened IN (0, 1)),
    PRIMARY KEY (nonce, content)
) STRICT, WITHOUT ROWID;

INSERT INTO form_uses_2 SELECT * FROM form_uses;

DROP TABLE files;
DROP TABLE form_uses;
DROP TABLE case_keys;
DROP TABLE messages;
DROP TABLE cases;

ALTER TABLE cases_2 RENAME TO cases;
ALTER TABLE messages_2 RENAME TO messages;
ALTER TABLE case_keys_2 RENAME TO case_keys;
ALTER TABLE files_2 RENAME TO files;
ALTER TABLE form_uses_2 RENAME TO form_uses;

CREATE INDEX files_by_case ON files (case_id, seq);

-- One index for every list of the desk in its usual orders.
CREATE INDEX cases_by_received      ON cases (queue, received, id);
CREATE INDEX cases_by_due           ON cases (queue, due, id);
CREATE INDEX cases_by_turn_received ON cases (queue, turn, received, id);
CREATE INDEX cases_by_turn_due      ON cases (queue, turn, due, id);
CREATE INDEX cases_by_assignee      ON cases (assignee, queue, turn, due, id) WHERE assignee <> '';
CREATE INDEX cases_by_closed        ON cases (queue, closed, id) WHERE closed <> '';

-- How a handler signs in. salt and auth_hash belong to the password; identity
-- is an age file, wrapped under the password, empty for one that stays offline.
CREATE TABLE credentials (
    handler_id  TEXT NOT NULL PRIMARY KEY REFERENCES handlers (id) ON DELETE CASCADE,
    salt        BLOB NOT NULL CHECK (length(salt) = 16),
    auth_hash   BLOB NOT NULL CHECK (length(auth_hash) = 32),
    identity    BLOB NOT NULL,
    totp_secret TEXT NOT NULL,
    totp_step   INTEGER NOT NULL,   -- of the last code taken: none is taken twice
    changed     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- identity is wrapped under the passkey's PRF output, empty where it has none.
CREATE TABLE passkeys (
    id         BLOB NOT NULL PRIMARY KEY,
    handler_id TEXT NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    created    INTEGER NOT NULL,
    credential BLOB NOT NULL,   -- JSON of the WebAuthn library
    identity   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_handler ON passkeys (handler_id);

-- One link a handler at most. handler_id is '' for the first administrator.
CREATE TABLE invitations (
    token_hash  BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    handler_id  TEXT NOT NULL UNIQUE,
    expires     INTEGER NOT NULL,
    totp_secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a sign-in has begun and not ended; taken once.
CREATE TABLE tickets (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    purpose    TEXT NOT NULL,
    handler_id TEXT NOT NULL,
    expires    INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    data       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    id         TEXT NOT NULL UNIQUE,
    handler_id TEXT NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    tab_key    BLOB NOT NULL CHECK (length(tab_key) = 32),
    browser    TEXT NOT NULL,
    created    INTEGER NOT NULL,
    seen       INTEGER NOT NULL,
    confirmed  INTEGER NOT NULL     -- password or passkey given last
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_handler ON sessions (handler_id);

-- What handlers did to a case, apart from messages. after_seq is the number of
-- the newest message then.
CREATE TABLE case_events (
    id         TEXT NOT NULL PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    after_seq  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    handler_id TEXT NOT NULL,
    what       TEXT NOT NULL CHECK (what IN ('state', 'priority', 'assignee')),
    was        TEXT NOT NULL,
    became     TEXT NOT NULL,
    outcome    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX case_events_by_case ON case_events (case_id);

-- Up to which message a handler has read a case.
CREATE TABLE case_reads (
    case_id    TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id TEXT NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    PRIMARY KEY (case_id, handler_id)
) STRICT, WITHOUT ROWID;
