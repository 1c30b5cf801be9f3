-- +goose Up

-- Keys in motion. A key may be the recovery recipient's, and says to which of
-- its reader's recipients it is sealed.

ALTER TABLE handlers
    ADD COLUMN key_version BIGINT NOT NULL DEFAULT 0, -- counts the recipients they had
    ADD COLUMN wanting     BIGINT NOT NULL DEFAULT 0 CHECK (wanting IN (0, 1)), -- they may lack keys of cases that they may read
    ADD COLUMN shown_as    TEXT   NOT NULL DEFAULT ''; -- to reporters, who may exclude them; '' not at all

UPDATE handlers SET wanting = 1 WHERE recipient <> '';

-- The identity in the safe, to which case identities are sealed as well.
CREATE TABLE recovery (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    recipient   TEXT   NOT NULL,  -- age1pq1…, '' none
    key_version BIGINT NOT NULL,  -- counts the recipients there were
    wanting     BIGINT NOT NULL CHECK (wanting IN (0, 1))
);

INSERT INTO recovery (id, recipient, key_version, wanting) VALUES (1, '', 0, 0);

ALTER TABLE case_keys DROP CONSTRAINT case_keys_handler_id_fkey; -- handler_id may be 'recovery'
ALTER TABLE case_keys
    ADD COLUMN key_version BIGINT NOT NULL DEFAULT 0, -- of the recipient that it is sealed to
    ADD COLUMN checked     BIGINT NOT NULL DEFAULT 1 CHECK (checked IN (0, 1)); -- 0: a colleague sealed it, and its reader has not opened it yet
CREATE INDEX case_keys_unchecked ON case_keys (handler_id, case_id) WHERE checked = 0;

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

ALTER TABLE case_events DROP CONSTRAINT case_events_what_check;
ALTER TABLE case_events ADD CONSTRAINT case_events_what_check
    CHECK (what IN ('state', 'priority', 'assignee', 'queue', 'excluded', 'recused', 'readmitted', 'access', 'name', 'export'));

-- The reporter's name and how to reach them, sealed apart. Every report has one,
-- an empty one too, so that it does not tell who is anonymous.
CREATE TABLE reporter_names (
    place   BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   COLLATE "C" NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    sealed  BYTEA  NOT NULL CHECK (length(sealed) > 0)
);

ALTER TABLE reporter_names ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Who may open names: handlers designated in writing. until_day '' is still.
CREATE TABLE designations (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    handler_id TEXT COLLATE "C" NOT NULL REFERENCES handlers (id),
    document   TEXT NOT NULL CHECK (document <> ''),
    from_day   TEXT COLLATE "C" NOT NULL CHECK (from_day <> ''),
    until_day  TEXT COLLATE "C" NOT NULL
);

CREATE INDEX designations_by_handler ON designations (handler_id);

-- The written statement of an oral report, and what its reporter says to it.
CREATE TABLE statements (
    case_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    state   TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'corrected', 'withdrawn')),
    on_day  TEXT COLLATE "C" NOT NULL
);

-- A case's labels, sealed to it. version counts their changes.
CREATE TABLE case_labels (
    place   BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   COLLATE "C" NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    sealed  BYTEA  NOT NULL CHECK (length(sealed) > 0)
);

ALTER TABLE case_labels ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Cases that belong together, each pair once.
CREATE TABLE case_links (
    low_id  TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    high_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('related', 'duplicate')),
    PRIMARY KEY (low_id, high_id),
    CHECK (low_id < high_id)
);

CREATE INDEX case_links_by_high ON case_links (high_id);

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
