-- +goose Up

-- Times are unix seconds, days ISO text ('2026-11-21', '' for none). Ids and
-- days are compared as bytes. place is random and means nothing; rows are laid
-- down anew in its order now and then (Store.ForgetOrder). Sealed bytes do not
-- get smaller, so nothing tries to compress them.

CREATE TABLE handlers (
    id          TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    email       TEXT   NOT NULL,
    email_key   TEXT   COLLATE "C" NOT NULL UNIQUE CHECK (email_key <> ''), -- lower case
    roles       TEXT   NOT NULL,           -- separated by commas
    branches    TEXT   NOT NULL,           -- queues at entities (casework.Branch), separated by commas: what they read today
    own_branches TEXT  NOT NULL,           -- the same without those of whom they stand in for
    created     BIGINT NOT NULL,
    disabled    BIGINT NOT NULL DEFAULT 0, -- 0: active
    recipient   TEXT   NOT NULL,           -- age1pq1…, '' before enrolment
    key_version BIGINT NOT NULL DEFAULT 0, -- counts the recipients they had
    needs_keys     BIGINT NOT NULL DEFAULT 0 CHECK (needs_keys IN (0, 1)), -- they may lack keys of cases that they may read
    shown_as    TEXT   NOT NULL DEFAULT '', -- to reporters, who may exclude them; '' not at all
    shown_in    TEXT   NOT NULL DEFAULT '', -- the same by language, where it is another: a JSON object, '' nowhere
    notify      TEXT   NOT NULL DEFAULT 'window' CHECK (notify IN ('window', 'daily', 'none')), -- when they get mail
    notify_hour BIGINT NOT NULL DEFAULT 8 CHECK (notify_hour BETWEEN 0 AND 23),                 -- of 'daily'
    language    TEXT   NOT NULL DEFAULT '', -- of mail to them, '' the organisation's first
    list_order  TEXT   NOT NULL DEFAULT '' CHECK (list_order IN ('', 'due', 'newest', 'oldest')), -- of lists, chosen last
    signed_in   TEXT   COLLATE "C" NOT NULL DEFAULT '' -- the day of the last time, '' never
);

-- The filters of lists that a handler saved, all of them sealed to that handler.
-- version counts their changes.
CREATE TABLE saved_filters (
    place      BIGINT NOT NULL PRIMARY KEY,
    handler_id TEXT   COLLATE "C" NOT NULL UNIQUE REFERENCES handlers (id) ON DELETE CASCADE,
    version    BIGINT NOT NULL,
    sealed     BYTEA  NOT NULL CHECK (length(sealed) > 0)
);
ALTER TABLE saved_filters ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Who acts in place of a handler, from a day until another one.
CREATE TABLE deputies (
    id         TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    handler_id TEXT   COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    deputy_id  TEXT   COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    from_day   TEXT   COLLATE "C" NOT NULL CHECK (from_day <> ''),
    until_day  TEXT   COLLATE "C" NOT NULL CHECK (until_day >= from_day),
    acting     BIGINT NOT NULL CHECK (acting IN (0, 1)) -- today
);

CREATE INDEX deputies_by_deputy  ON deputies (deputy_id, acting);
CREATE INDEX deputies_by_handler ON deputies (handler_id, acting);

-- Who is told when nobody acts in a branch.
CREATE TABLE leads (
    branch     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    handler_id TEXT COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE
);

-- When one of the readers of a branch last opened the list of its cases.
CREATE TABLE branch_looks (
    branch    TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    on_day    TEXT   COLLATE "C" NOT NULL,                    -- '' never
    escalated BIGINT NOT NULL CHECK (escalated IN (0, 1))     -- somebody was told that nobody does
);

CREATE TABLE cases (
    place              BIGINT NOT NULL PRIMARY KEY,
    id                 TEXT   COLLATE "C" NOT NULL UNIQUE CHECK (id <> ''),
    lookup_hash        BYTEA  NOT NULL UNIQUE CHECK (length(lookup_hash) = 32),
    branch             TEXT   NOT NULL CHECK (branch <> ''), -- who reads it: a queue at an entity
    entity             TEXT   NOT NULL DEFAULT '',            -- what it is about, '' the organisation
    category           TEXT   NOT NULL,
    channel            TEXT   NOT NULL,
    kind               TEXT   NOT NULL CHECK (kind IN ('', 'report', 'consultation')), -- '' until a handler confirms it
    standing           TEXT   NOT NULL CHECK (standing IN ('counts', 'duplicate', 'junk')),
    danger             TEXT   NOT NULL CHECK (danger IN ('', 'open', 'acted')),
    urgent             BIGINT NOT NULL CHECK (urgent IN (0, 1)), -- in danger, and the desk has to act
    state              TEXT   NOT NULL CHECK (state IN ('received', 'acknowledged', 'under-review', 'investigating',
                                                        'corrective-action', 'closed', 'monitoring')),
    outcome            TEXT   NOT NULL CHECK (outcome IN ('', 'substantiated', 'partly', 'unsubstantiated',
                                                          'insufficient', 'out-of-scope', 'referred', 'advised')),
    received           TEXT   COLLATE "C" NOT NULL CHECK (received <> ''),
    acknowledged       TEXT   COLLATE "C" NOT NULL,
    closed             TEXT   COLLATE "C" NOT NULL,
    last_seq           BIGINT NOT NULL CHECK (last_seq > 0),
    recipient          TEXT   NOT NULL,
    reporter_recipient TEXT   NOT NULL,
    summary            BYTEA  NOT NULL,
    decided            TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- first investigated, or closed
    answered           TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- first feedback
    reopened           TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- taken up again, the last time
    due                TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- next due day, by the profile
    reminded           BIGINT NOT NULL DEFAULT 0 CHECK (reminded IN (0, 1, 2, 3)), -- of that day: 1 it is near, 2 it has passed, 3 nobody acts
    extended           TEXT   COLLATE "C" NOT NULL DEFAULT '', -- the reporter was told why the answer takes longer
    meeting_asked      TEXT   COLLATE "C" NOT NULL DEFAULT '', -- the reporter asked for a meeting, the last time
    meeting_settled    TEXT   COLLATE "C" NOT NULL DEFAULT '', -- it was held, or is not wanted any more
    meeting_held       TEXT   COLLATE "C" NOT NULL DEFAULT '', -- the last one
    turn               TEXT   COLLATE "C" NOT NULL DEFAULT 'new' CHECK (turn IN ('new', 'desk', 'reporter', 'ended')),
    priority           TEXT   NOT NULL DEFAULT 'normal' CHECK (priority IN ('normal', 'high')),
    junked             TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- the day it was marked as junk
    written            TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- last message but notes; none of before it was closed or marked
    gone               TEXT   COLLATE "C" NOT NULL DEFAULT '',  -- day of its deletion, by the profile
    announced          BIGINT NOT NULL DEFAULT 0 CHECK (announced IN (0, 1, 2)), -- of that day: 1 it is near, 2 very near
    announced_on       TEXT   COLLATE "C" NOT NULL DEFAULT '' CHECK ((announced_on = '') = (announced = 0)), -- the first time
    first_queue        TEXT   NOT NULL CHECK (first_queue <> ''), -- where it was received
    assignee           TEXT   COLLATE "C" NOT NULL DEFAULT ''   -- a handler's id
);
ALTER TABLE cases ALTER COLUMN recipient SET STORAGE EXTERNAL, ALTER COLUMN reporter_recipient SET STORAGE EXTERNAL,
    ALTER COLUMN summary SET STORAGE EXTERNAL;
-- Statistics hold values of rows, also of those that were deleted since.
ALTER TABLE cases ALTER COLUMN lookup_hash SET STATISTICS 0, ALTER COLUMN recipient SET STATISTICS 0, ALTER COLUMN reporter_recipient SET STATISTICS 0,
    ALTER COLUMN summary SET STATISTICS 0;

-- One index for every list of the desk in its usual orders.
CREATE INDEX cases_by_received      ON cases (branch, received, id);
CREATE INDEX cases_by_due           ON cases (branch, due, id);
CREATE INDEX cases_by_turn_received ON cases (branch, turn, received, id);
CREATE INDEX cases_by_turn_due      ON cases (branch, turn, due, id);
CREATE INDEX cases_by_assignee      ON cases (assignee, branch, turn, due, id) WHERE assignee <> '';
CREATE INDEX cases_by_closed        ON cases (branch, closed, id) WHERE closed <> '';
CREATE INDEX cases_urgent           ON cases (urgent, branch, received, id) WHERE urgent = 1;
CREATE INDEX cases_to_remind        ON cases (due, id) WHERE due <> '' AND reminded < 3;
CREATE INDEX cases_escalated        ON cases (branch) WHERE reminded = 3;
CREATE INDEX cases_gone            ON cases (gone, id) WHERE gone <> '';
CREATE INDEX cases_announced       ON cases (branch, gone, id, announced) WHERE announced > 0;
CREATE INDEX cases_junk             ON cases (standing, branch, received, id) WHERE standing = 'junk';

-- The case identity, sealed to one reader a row: a handler, or the recovery recipient.
CREATE TABLE case_keys (
    place       BIGINT NOT NULL PRIMARY KEY,
    case_id     TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id  TEXT   COLLATE "C" NOT NULL, -- or 'recovery'
    sealed      BYTEA  NOT NULL CHECK (length(sealed) > 0),
    key_version BIGINT NOT NULL DEFAULT 0, -- of the recipient that it is sealed to
    checked     BIGINT NOT NULL DEFAULT 1 CHECK (checked IN (0, 1)), -- 0: a colleague sealed it, and its reader has not opened it yet
    UNIQUE (case_id, handler_id)
);
ALTER TABLE case_keys ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;
CREATE INDEX case_keys_unchecked ON case_keys (handler_id, case_id) WHERE checked = 0;

-- at is 0 for what a reporter does: of reporters only the day is kept.
CREATE TABLE messages (
    place      BIGINT NOT NULL PRIMARY KEY,
    case_id    TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL CHECK (seq > 0),
    sender     TEXT   NOT NULL CHECK (sender IN ('report', 'reporter', 'desk', 'note')),
    on_day     TEXT   COLLATE "C" NOT NULL CHECK (on_day <> ''),
    at         BIGINT NOT NULL CHECK (at = 0 OR sender IN ('desk', 'note')),
    sealed     BYTEA  NOT NULL CHECK (length(sealed) > 0),
    kind       TEXT   NOT NULL DEFAULT '' CHECK (kind IN ('', 'question', 'answer', 'task', 'asked') AND (kind <> 'task' OR sender = 'note') AND (kind <> 'asked' OR sender = 'reporter')),
    handler_id TEXT   COLLATE "C" NOT NULL DEFAULT '' CHECK (handler_id = '' OR sender IN ('desk', 'note')),
    UNIQUE (case_id, seq)
);
ALTER TABLE messages ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

-- A task is what its notes say, wherever in the case they stand.
CREATE INDEX messages_tasks ON messages (case_id, seq) WHERE kind = 'task';

-- The bytes lie in the folder of sealed files, under the id.
CREATE TABLE files (
    id      TEXT   COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''),
    case_id TEXT   COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    size    BIGINT NOT NULL CHECK (size >= 0), -- sealed and padded, bytes
    FOREIGN KEY (case_id, seq) REFERENCES messages (case_id, seq) ON DELETE CASCADE
);
ALTER TABLE files ALTER COLUMN id SET STATISTICS 0;

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
ALTER TABLE form_uses ALTER COLUMN nonce SET STATISTICS 0, ALTER COLUMN content SET STATISTICS 0;

CREATE UNIQUE INDEX form_uses_once ON form_uses (nonce) WHERE opened = 1;

-- The companies and sites of the organisation, which is the root and stands in settings.
CREATE TABLE entities (
    code      TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (code <> ''),
    parent    TEXT COLLATE "C" NOT NULL,              -- code, '' the root
    name      TEXT NOT NULL CHECK (name <> ''),
    names     TEXT NOT NULL,                 -- by language: a JSON object, '' none
    country   TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    profile   TEXT NOT NULL,
    languages TEXT NOT NULL,                 -- separated by commas
    contact   TEXT NOT NULL,
    contacts  TEXT NOT NULL,                 -- by language: a JSON object, '' none
    people    BIGINT NOT NULL CHECK (people >= 0)
);

-- What the organisation says about queues: its own, and the built-in ones.
CREATE TABLE queues (
    code       TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (code <> ''),
    name       TEXT NOT NULL,
    names      TEXT NOT NULL,                -- by language: a JSON object, '' none
    readers    TEXT NOT NULL,                -- who reads there, in words
    readers_in TEXT NOT NULL,                -- by language: a JSON object, '' none
    choosable  BIGINT NOT NULL CHECK (choosable IN (0, 1)),
    buyers     BIGINT NOT NULL CHECK (buyers IN (0, 1))
);

-- What the organisation tells reporters in words of its own. Nothing in it is changed: a text has versions.
CREATE TABLE words (
    entity   TEXT COLLATE "C" NOT NULL,                        -- code, '' the root
    part     TEXT COLLATE "C" NOT NULL CHECK (part <> ''),     -- one of casework.WordsParts, or a letter's
    language TEXT COLLATE "C" NOT NULL CHECK (language <> ''),
    version  BIGINT           NOT NULL CHECK (version > 0),
    text     TEXT             NOT NULL,                        -- Markdown, a letter's plain; '' taken back
    day      TEXT COLLATE "C" NOT NULL CHECK (day <> ''),
    by_id    TEXT COLLATE "C" NOT NULL,                        -- a handler's id, '' the command line
    PRIMARY KEY (entity, part, language, version)
);
-- Letters to reporters that the organisation added to those that are built in. Their texts stand in words.
CREATE TABLE letters (
    number  BIGINT           NOT NULL PRIMARY KEY CHECK (number > 0),
    entity  TEXT COLLATE "C" NOT NULL,                    -- code, '' the root
    name    TEXT             NOT NULL CHECK (name <> ''),
    names   TEXT             NOT NULL,                    -- by language: a JSON object, '' none
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('', 'report', 'consultation')), -- '' both
    used_as TEXT COLLATE "C" NOT NULL CHECK (used_as <> ''), -- one of casework.LetterUses
    version BIGINT           NOT NULL CHECK (version > 0) -- how often it or one of its texts was changed
);

CREATE TABLE daily_keys (
    day TEXT  COLLATE "C" NOT NULL PRIMARY KEY CHECK (day <> ''),
    key BYTEA NOT NULL CHECK (length(key) = 32)
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
    what       TEXT NOT NULL CHECK (what IN ('state', 'priority', 'assignee', 'kind', 'standing', 'danger', 'queue', 'entity', 'excluded', 'recused', 'readmitted', 'access', 'name', 'export', 'classified', 'extended', 'step', 'meeting', 'hold', 'unhold', 'delete-asked', 'delete-withdrawn')),
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

-- Who has a case open, for a minute at a time. What has expired is deleted.
CREATE TABLE case_presence (
    case_id    TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    handler_id TEXT   COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    until      BIGINT NOT NULL, -- unix seconds
    PRIMARY KEY (case_id, handler_id)
);

-- The identity in the safe, to which case identities are sealed as well.
CREATE TABLE recovery (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    recipient   TEXT   NOT NULL,  -- age1pq1…, '' none
    key_version BIGINT NOT NULL,  -- counts the recipients there were
    needs_keys     BIGINT NOT NULL CHECK (needs_keys IN (0, 1))
);

INSERT INTO recovery (id, recipient, key_version, needs_keys) VALUES (1, '', 0, 0);

-- Who may not see a case. Of what a reporter asked for no time is kept.
CREATE TABLE exclusions (
    handler_id TEXT   COLLATE "C" NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    case_id    TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL CHECK (kind IN ('excluded', 'recused', 'reporter')),
    at         BIGINT NOT NULL CHECK (at = 0 OR kind <> 'reporter'),
    by_id      TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (handler_id, case_id)
);

CREATE INDEX exclusions_by_case ON exclusions (case_id);

-- The reporter's name and how to reach them, sealed apart. Every report has one,
-- an empty one too, so that it does not tell who is anonymous.
CREATE TABLE reporter_names (
    place   BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   COLLATE "C" NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    sealed  BYTEA  NOT NULL CHECK (length(sealed) > 0)
);
ALTER TABLE reporter_names ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

-- Who may open names: handlers designated in writing. until_day '' is still.
CREATE TABLE designations (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    handler_id TEXT COLLATE "C" NOT NULL REFERENCES handlers (id),
    document   TEXT NOT NULL CHECK (document <> ''),
    from_day   TEXT COLLATE "C" NOT NULL CHECK (from_day <> ''),
    until_day  TEXT COLLATE "C" NOT NULL
);

CREATE INDEX designations_by_handler ON designations (handler_id);

-- What was written down of what a reporter said, an oral report or a meeting: the message
-- of that number, and what the reporter says to it.
CREATE TABLE statements (
    case_id TEXT   COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL CHECK (seq > 0),
    state   TEXT   NOT NULL CHECK (state IN ('offered', 'accepted', 'corrected', 'withdrawn')),
    on_day  TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, seq)
);

-- When handlers did what the law of a country asks for in cases of some categories.
CREATE TABLE case_steps (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    code    TEXT COLLATE "C" NOT NULL CHECK (code <> ''),   -- of the step
    on_day  TEXT COLLATE "C" NOT NULL CHECK (on_day <> ''), -- it was done
    by_id   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, code)
);

-- A case's labels, sealed to it. version counts their changes.
CREATE TABLE case_labels (
    place   BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   COLLATE "C" NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL CHECK (length(sealed) > 0)
);
ALTER TABLE case_labels ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

-- What the desk classified a case as, sealed to it. version counts its changes.
CREATE TABLE case_classifications (
    place   BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   COLLATE "C" NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL CHECK (length(sealed) > 0)
);
ALTER TABLE case_classifications ALTER COLUMN sealed SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STATISTICS 0;

-- Cases that belong together, each pair once.
CREATE TABLE case_links (
    low_id  TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    high_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('related', 'duplicate')),
    PRIMARY KEY (low_id, high_id),
    CHECK (low_id < high_id)
);

CREATE INDEX case_links_by_high ON case_links (high_id);

-- Why a case is not deleted although its day may have come. The reason is a note in it.
CREATE TABLE case_holds (
    case_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    owner_id  TEXT NOT NULL CHECK (owner_id <> ''),  -- a handler
    until_day TEXT COLLATE "C" NOT NULL CHECK (until_day <> ''), -- the last day
    on_day    TEXT COLLATE "C" NOT NULL,                         -- set, or renewed
    by_id     TEXT NOT NULL,
    told      BIGINT NOT NULL CHECK (told IN (0, 1)) -- the owner, that it ends
);

-- Who asks that a case is deleted before its day.
CREATE TABLE deletion_requests (
    case_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    by_id   TEXT NOT NULL,
    on_day  TEXT COLLATE "C" NOT NULL
);

-- What statistics need of cases that were deleted. Nothing leads from here to a case,
-- to the ledger below, or to the order in which they were received or deleted.
CREATE TABLE tombstones (
    id           TEXT    COLLATE "C" NOT NULL PRIMARY KEY CHECK (id <> ''), -- random, not the case's
    received     TEXT    COLLATE "C" NOT NULL, -- year
    closed       TEXT    COLLATE "C" NOT NULL, -- year, '' it was not
    first_queue  TEXT    NOT NULL,
    queue        TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    standing     TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    entity       TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    acknowledged TEXT    NOT NULL CHECK (acknowledged IN ('', 'yes', 'no')), -- on time; '' it was not owed
    noticed      TEXT    NOT NULL CHECK (noticed IN ('', 'yes', 'no')),
    answered     TEXT    NOT NULL CHECK (answered IN ('', 'yes', 'no')),
    acknowledged_after BIGINT NOT NULL, -- days, -1 it was not
    closed_after BIGINT NOT NULL,       -- days, -1 it was not
    reopened     BIGINT NOT NULL CHECK (reopened IN (0, 1))
);

-- Which cases were deleted, when, and why. cleared says that their bytes have left the disk.
CREATE TABLE purge_ledger (
    case_hash BYTEA   NOT NULL PRIMARY KEY CHECK (length(case_hash) = 32), -- SHA-256 of its id
    on_day    TEXT    COLLATE "C" NOT NULL,
    why       TEXT    NOT NULL CHECK (why IN ('retention', 'no-inquiry', 'junk', 'early')),
    basis     TEXT    NOT NULL CHECK (basis IN ('law', 'house')),
    article   TEXT    NOT NULL,
    by_id     TEXT    NOT NULL, -- who asked for it, '' nobody
    second_id TEXT    NOT NULL, -- who confirmed it
    cleared   BIGINT NOT NULL CHECK (cleared IN (0, 1))
);

CREATE INDEX purge_ledger_pending ON purge_ledger (cleared) WHERE cleared = 0;

-- Who was excluded from a deleted case, so that its rows of the audit log stay hidden
-- from them. It does not say who wanted it so.
CREATE TABLE purged_exclusions (
    handler_id TEXT NOT NULL REFERENCES handlers (id) ON DELETE CASCADE,
    case_id    TEXT NOT NULL,
    PRIMARY KEY (handler_id, case_id)
);

-- For whom there is something new, until they were told: a row for each event. It
-- does not say what, of which case or since when.
CREATE TABLE notices (
    place  BIGINT NOT NULL PRIMARY KEY, -- random
    target TEXT COLLATE "C" NOT NULL,    -- a handler's id, or hook: and that of a webhook
    urgent BIGINT NOT NULL CHECK (urgent IN (0, 1)) -- somebody is in danger
);

CREATE INDEX notices_by_target ON notices (target);

-- Whom the last attempt to tell did not reach.
CREATE TABLE failed_deliveries (
    target    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    attempts  BIGINT NOT NULL,
    first_try BIGINT NOT NULL,
    next_try  BIGINT NOT NULL, -- 0: given up, until there is something new
    fault     TEXT NOT NULL,   -- code of why
    told      BIGINT NOT NULL CHECK (told IN (0, 1)) -- administrators were told of it
);

-- Work that one process at a time does.
CREATE TABLE leases (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder  TEXT NOT NULL,     -- random, of a process
    expires BIGINT NOT NULL
);

-- Who did what to which case when: nothing that reporters do. Each row's hash
-- covers that of the row before; the head is the last one.
CREATE TABLE audit (
    n          BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    handler_id TEXT   COLLATE "C" NOT NULL,   -- '' the command line
    what       TEXT   COLLATE "C" NOT NULL CHECK (what <> ''),
    case_id    TEXT   COLLATE "C" NOT NULL,
    subject    TEXT   COLLATE "C" NOT NULL,   -- a handler's or a case's id
    detail     TEXT   NOT NULL,   -- codes
    hash       BYTEA  NOT NULL CHECK (length(hash) = 32)
);

CREATE INDEX audit_by_case ON audit (case_id, n) WHERE case_id <> '';

CREATE TABLE audit_head (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    n    BIGINT NOT NULL,
    hash BYTEA  NOT NULL
);

INSERT INTO audit_head (id, n, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- +goose StatementBegin
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only added to';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
