-- +goose Up

-- Times are unix seconds, days ISO text ('2026-11-21', '' for none). Ids and
-- days are compared as bytes. place is random and means nothing; rows are laid
-- down anew in its order now and then (Store.ForgetOrder). Sealed bytes do not
-- get smaller, so nothing tries to compress them.

CREATE TABLE handlers (
    id        TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    name      TEXT   NOT NULL,
    email     TEXT   NOT NULL,
    email_key TEXT   COLLATE "C" NOT NULL UNIQUE CHECK (email_key <> ''), -- lower case
    roles     TEXT   NOT NULL,           -- separated by commas
    queues    TEXT   NOT NULL,           -- separated by commas
    created   BIGINT NOT NULL,
    disabled  BIGINT NOT NULL DEFAULT 0, -- 0: active
    recipient TEXT   NOT NULL            -- age1pq1…, '' before enrolment
);

CREATE TABLE cases (
    place              BIGINT NOT NULL PRIMARY KEY,
    id                 TEXT   COLLATE "C" NOT NULL UNIQUE CHECK (id <> ''),
    lookup_hash        BYTEA  NOT NULL UNIQUE CHECK (length(lookup_hash) = 32),
    queue              TEXT   NOT NULL CHECK (queue <> ''),
    category           TEXT   NOT NULL,
    channel            TEXT   NOT NULL,
    state              TEXT   NOT NULL CHECK (state IN ('received', 'acknowledged', 'under-review', 'investigating',
                                                        'corrective-action', 'closed', 'monitoring', 'purged')),
    outcome            TEXT   NOT NULL CHECK (outcome IN ('', 'substantiated', 'partly', 'unsubstantiated',
                                                          'insufficient', 'out-of-scope', 'referred', 'advised')),
    received           TEXT   COLLATE "C" NOT NULL CHECK (received <> ''),
    acknowledged       TEXT   COLLATE "C" NOT NULL,
    closed             TEXT   COLLATE "C" NOT NULL,
    last_seq           BIGINT NOT NULL CHECK (last_seq > 0),
    recipient          TEXT   NOT NULL,
    reporter_recipient TEXT   NOT NULL,
    summary            BYTEA  NOT NULL
);

ALTER TABLE cases ALTER COLUMN recipient SET STORAGE EXTERNAL, ALTER COLUMN reporter_recipient SET STORAGE EXTERNAL,
    ALTER COLUMN summary SET STORAGE EXTERNAL;
CREATE INDEX cases_by_queue ON cases (queue, received, id);

-- The case identity, sealed to one handler a row.
CREATE TABLE case_keys (
    place      BIGINT NOT NULL PRIMARY KEY,
    case_id    TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id TEXT   COLLATE "C" NOT NULL REFERENCES handlers (id),
    sealed     BYTEA  NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, handler_id)
);

ALTER TABLE case_keys ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- at is 0 for what a reporter does: of reporters only the day is kept.
CREATE TABLE messages (
    place   BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL CHECK (seq > 0),
    sender  TEXT   NOT NULL CHECK (sender IN ('report', 'reporter', 'desk', 'note')),
    on_day  TEXT   COLLATE "C" NOT NULL CHECK (on_day <> ''),
    at      BIGINT NOT NULL CHECK (at = 0 OR sender IN ('desk', 'note')),
    sealed  BYTEA  NOT NULL CHECK (length(sealed) > 0),
    UNIQUE (case_id, seq)
);

ALTER TABLE messages ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- The bytes lie in the folder of sealed files, under the id.
CREATE TABLE files (
    id      TEXT   COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
    case_id TEXT   COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    size    BIGINT NOT NULL CHECK (size >= 0), -- sealed and padded, bytes
    FOREIGN KEY (case_id, seq) REFERENCES messages (case_id, seq) ON DELETE CASCADE
);

CREATE INDEX files_by_case ON files (case_id, seq);

-- Every form that was sent in, for as long as the daily key of its day lives.
-- opened is 1 for the use that opened the case. One form opens one case.
CREATE TABLE form_uses (
    nonce   BYTEA  NOT NULL CHECK (length(nonce) = 32),  -- SHA-256 of the form's nonce
    content BYTEA  NOT NULL CHECK (length(content) > 0), -- MAC of what was sent
    case_id TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    day     TEXT   COLLATE "C" NOT NULL CHECK (day <> ''),
    opened  BIGINT NOT NULL CHECK (opened IN (0, 1)),
    PRIMARY KEY (nonce, content)
);

CREATE UNIQUE INDEX form_uses_once ON form_uses (nonce) WHERE opened = 1;

CREATE TABLE daily_keys (
    day TEXT  COLLATE "C" NOT NULL PRIMARY KEY CHECK (day <> ''),
    key BYTEA NOT NULL CHECK (length(key) = 32)
);

-- Yearly figures. They are joined to no case and outlive it.
CREATE TABLE counters (
    month     TEXT   COLLATE "C" NOT NULL CHECK (month <> ''),
    dimension TEXT   COLLATE "C" NOT NULL,
    value     TEXT   COLLATE "C" NOT NULL,
    count     BIGINT NOT NULL CHECK (count >= 0),
    PRIMARY KEY (month, dimension, value)
);

CREATE TABLE settings (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row that the readiness check writes to.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    n  BIGINT NOT NULL
);

INSERT INTO probe (id, n) VALUES (1, 0);
