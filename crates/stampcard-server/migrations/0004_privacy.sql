-- Whom an answer names; only those of enrollments name somebody. They are forgotten with the member.
ALTER TABLE idempotency ADD COLUMN names_member TEXT;
CREATE INDEX idempotency_by_name ON idempotency (program_id, names_member) WHERE names_member IS NOT NULL;

-- Decisions of members, each kept for good; the last one of a purpose is in force. Who decided where (`origin`, `token_id`)
-- is forgotten when the member is erased.
CREATE TABLE consent (
    program_id  TEXT    NOT NULL,
    member_id   TEXT    NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq >= 1),
    purpose     TEXT    NOT NULL,
    granted     INTEGER NOT NULL CHECK (granted IN (0, 1)),
    version     TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    locale      TEXT    NOT NULL,
    decided_at  INTEGER NOT NULL,
    origin      TEXT,
    token_id    TEXT,
    PRIMARY KEY (program_id, member_id, seq),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER consent_is_never_changed
BEFORE UPDATE OF program_id, member_id, seq, purpose, granted, version, text, locale, decided_at ON consent
BEGIN
    SELECT RAISE(ABORT, 'a decision is never changed');
END;

CREATE TRIGGER consent_is_never_removed BEFORE DELETE ON consent
BEGIN
    SELECT RAISE(ABORT, 'a decision is never removed');
END;

-- What members think. The comment is removed when the member is erased.
CREATE TABLE feedback (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    survey_id  TEXT    NOT NULL,
    score      INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
    comment    TEXT,
    told_at    INTEGER NOT NULL,
    PRIMARY KEY (program_id, member_id, survey_id),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

-- Members who were erased: who is not said, that it was done is.
CREATE TABLE erasure (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    erased_at  INTEGER NOT NULL,
    PRIMARY KEY (program_id, member_id),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;
