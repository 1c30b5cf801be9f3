-- +goose Up

-- The desk. A due day '-' is computed when the database is opened.

ALTER TABLE cases
    ADD COLUMN decided  TEXT COLLATE "C" NOT NULL DEFAULT '',  -- first investigated, or closed
    ADD COLUMN answered TEXT COLLATE "C" NOT NULL DEFAULT '',  -- first feedback
    ADD COLUMN reopened TEXT COLLATE "C" NOT NULL DEFAULT '',  -- taken up again, the last time
    ADD COLUMN due      TEXT COLLATE "C" NOT NULL DEFAULT '',  -- next due day, by the profile
    ADD COLUMN turn     TEXT COLLATE "C" NOT NULL DEFAULT 'new' CHECK (turn IN ('new', 'desk', 'reporter', 'ended')),
    ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('normal', 'high')),
    ADD COLUMN assignee TEXT COLLATE "C" NOT NULL DEFAULT '';  -- a handler's id

UPDATE cases SET turn = CASE WHEN state IN ('closed', 'monitoring', 'purged') THEN 'ended' WHEN state = 'received' THEN 'new' ELSE 'desk' END,
    due = CASE WHEN state IN ('closed', 'purged') THEN '' ELSE '-' END,
    decided = CASE WHEN state IN ('investigating', 'corrective-action', 'closed', 'monitoring', 'purged') THEN received ELSE '' END;

ALTER TABLE messages
    ADD COLUMN kind       TEXT NOT NULL DEFAULT '' CHECK (kind IN ('', 'question', 'answer')),
    ADD COLUMN handler_id TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (handler_id = '' OR sender IN ('desk', 'note'));

DROP INDEX cases_by_queue;

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
    handler_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES handlers (id) ON DELETE CASCADE,
    salt        BYTEA NOT NULL CHECK (length(salt) = 16),
    auth_hash   BYTEA NOT NULL CHECK (length(auth_hash) = 32),
    identity    BYTEA NOT NULL,
    totp_secret TEXT NOT NULL,
    totp_step   BIGINT NOT NULL,   -- of the last code taken: none is taken twice
    changed     BIGINT NOT NULL
);

-- identity is wrapped under the passkey's PRF output, empty where it has none.
CREATE TABLE passkeys (
    id         BYTEA NOT NULL PRIMARY KEY,
    handler_id TEXT COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    created    BIGINT NOT NULL,
    credential BYTEA NOT NULL,   -- JSON of the WebAuthn library
    identity   BYTEA NOT NULL
);

CREATE INDEX passkeys_by_handler ON passkeys (handler_id);

-- One link a handler at most. handler_id is '' for the first administrator.
CREATE TABLE invitations (
    token_hash  BYTEA NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    handler_id  TEXT COLLATE "C" NOT NULL UNIQUE,
    expires     BIGINT NOT NULL,
    totp_secret TEXT NOT NULL
);

-- What a sign-in has begun and not ended; taken once.
CREATE TABLE tickets (
    token_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    purpose    TEXT NOT NULL,
    handler_id TEXT COLLATE "C" NOT NULL,
    expires    BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    data       BYTEA NOT NULL
);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    id         TEXT NOT NULL UNIQUE,
    handler_id TEXT COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    tab_key    BYTEA NOT NULL CHECK (length(tab_key) = 32),
    browser    TEXT NOT NULL,
    created    BIGINT NOT NULL,
    seen       BIGINT NOT NULL,
    confirmed  BIGINT NOT NULL     -- password or passkey given last
);

CREATE INDEX sessions_by_handler ON sessions (handler_id);

-- What handlers did to a case, apart from messages. after_seq is the number of
-- the newest message then.
CREATE TABLE case_events (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    case_id    TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    after_seq  BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    handler_id TEXT COLLATE "C" NOT NULL,
    what       TEXT NOT NULL CHECK (what IN ('state', 'priority', 'assignee')),
    was        TEXT NOT NULL,
    became     TEXT NOT NULL,
    outcome    TEXT NOT NULL
);

CREATE INDEX case_events_by_case ON case_events (case_id);

-- Up to which message a handler has read a case.
CREATE TABLE case_reads (
    case_id    TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id TEXT COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    PRIMARY KEY (case_id, handler_id)
);
