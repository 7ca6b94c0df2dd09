-- The ledger. Every key begins with the program, so that no statement can see two programs by accident.
-- Instants are milliseconds since 1970 in UTC; points are whole numbers from 0 to 2^53 - 1.

-- What the server itself must remember: one row.
CREATE TABLE meta (
    only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    cursor_key BLOB    NOT NULL
) STRICT;

-- Every version of a program that entries may have been booked under.
CREATE TABLE program (
    program_id  TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    document    TEXT    NOT NULL,
    in_force_at INTEGER NOT NULL,
    PRIMARY KEY (program_id, version)
) STRICT, WITHOUT ROWID;

-- The only table with personal data. The ledger knows the surrogate alone.
CREATE TABLE person (
    program_id   TEXT NOT NULL,
    member_id    TEXT NOT NULL,
    reference    TEXT NOT NULL,
    display_name TEXT,
    PRIMARY KEY (program_id, member_id),
    UNIQUE (program_id, reference),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    program_id  TEXT    NOT NULL,
    member_id   TEXT    NOT NULL,
    enrolled_at INTEGER NOT NULL,
    PRIMARY KEY (program_id, member_id)
) STRICT, WITHOUT ROWID;

-- The truth. Everything below it follows from it and is kept to answer quickly.
CREATE TABLE entry (
    program_id      TEXT    NOT NULL,
    member_id       TEXT    NOT NULL,
    seq             INTEGER NOT NULL CHECK (seq >= 1),
    kind            TEXT    NOT NULL,
    occurred_at     INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    program_version INTEGER NOT NULL,
    postings        TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    balance_after   INTEGER NOT NULL CHECK (balance_after BETWEEN 0 AND 9007199254740991),
    -- What a reversal reverses: at most once.
    reverses        INTEGER,
    PRIMARY KEY (program_id, member_id, seq),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entry_reversed_once ON entry (program_id, member_id, reverses) WHERE reverses IS NOT NULL;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never changed');
END;

CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry is never removed');
END;

-- The balance after the last entry, and the points that were earned after `qualifying_after` and count towards the tier.
CREATE TABLE balance (
    program_id       TEXT    NOT NULL,
    member_id        TEXT    NOT NULL,
    last_seq         INTEGER NOT NULL,
    last_at          INTEGER NOT NULL,
    available        INTEGER NOT NULL CHECK (available BETWEEN 0 AND 9007199254740991),
    pending          INTEGER NOT NULL CHECK (pending BETWEEN 0 AND 9007199254740991),
    held             INTEGER NOT NULL CHECK (held BETWEEN 0 AND 9007199254740991),
    qualifying       INTEGER NOT NULL CHECK (qualifying >= 0),
    qualifying_after INTEGER NOT NULL,
    PRIMARY KEY (program_id, member_id),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

-- A lot is named by the entry that opened it. One that never expires has the last instant there is.
CREATE TABLE lot (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    points     INTEGER NOT NULL CHECK (points >= 1),
    remaining  INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND points),
    starts_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (program_id, member_id, seq),
    FOREIGN KEY (program_id, member_id, seq) REFERENCES entry (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX lot_in_order_of_spending ON lot (program_id, member_id, expires_at, seq) WHERE remaining > 0;
CREATE INDEX lot_due ON lot (program_id, expires_at, member_id) WHERE remaining > 0;

-- Which lots an entry drew from.
CREATE TABLE draw (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    entry_seq  INTEGER NOT NULL,
    lot_seq    INTEGER NOT NULL,
    points     INTEGER NOT NULL CHECK (points >= 1),
    PRIMARY KEY (program_id, member_id, entry_seq, lot_seq),
    FOREIGN KEY (program_id, member_id, entry_seq) REFERENCES entry (program_id, member_id, seq),
    FOREIGN KEY (program_id, member_id, lot_seq) REFERENCES lot (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER draw_is_never_changed BEFORE UPDATE ON draw
BEGIN
    SELECT RAISE(ABORT, 'a draw is never changed');
END;

CREATE TRIGGER draw_is_never_removed BEFORE DELETE ON draw
BEGIN
    SELECT RAISE(ABORT, 'a draw is never removed');
END;

-- An order earns once in a program, whoever it belongs to.
CREATE TABLE order_accrual (
    program_id TEXT    NOT NULL,
    order_id   TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    points     INTEGER NOT NULL,
    reversed   INTEGER NOT NULL CHECK (reversed IN (0, 1)),
    PRIMARY KEY (program_id, order_id),
    FOREIGN KEY (program_id, member_id, seq) REFERENCES entry (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

-- What counts towards the tier, by when it was earned.
CREATE TABLE qualifying (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    earned_at  INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    points     INTEGER NOT NULL CHECK (points >= 1),
    PRIMARY KEY (program_id, member_id, earned_at, seq),
    FOREIGN KEY (program_id, member_id, seq) REFERENCES entry (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE redemption (
    program_id      TEXT    NOT NULL,
    redemption_id   TEXT    NOT NULL,
    member_id       TEXT    NOT NULL,
    seq             INTEGER NOT NULL,
    program_version INTEGER NOT NULL,
    reward_id       TEXT    NOT NULL,
    price           INTEGER NOT NULL CHECK (price >= 1),
    redeemed_at     INTEGER NOT NULL,
    balance_after   INTEGER NOT NULL,
    PRIMARY KEY (program_id, redemption_id),
    FOREIGN KEY (program_id, member_id, seq) REFERENCES entry (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX redemption_of_entry ON redemption (program_id, member_id, seq);

CREATE TABLE voucher (
    program_id    TEXT NOT NULL,
    code          TEXT NOT NULL,
    redemption_id TEXT NOT NULL,
    expires_at    INTEGER,
    used_at       INTEGER,
    used_for      TEXT,
    PRIMARY KEY (program_id, code),
    UNIQUE (program_id, redemption_id),
    FOREIGN KEY (program_id, redemption_id) REFERENCES redemption (program_id, redemption_id)
) STRICT, WITHOUT ROWID;

-- Units of a reward taken by one member.
CREATE TABLE redeemed (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    reward_id  TEXT    NOT NULL,
    units      INTEGER NOT NULL CHECK (units >= 1),
    PRIMARY KEY (program_id, member_id, reward_id),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

-- Units of a reward taken by all members.
CREATE TABLE reward_state (
    program_id TEXT    NOT NULL,
    reward_id  TEXT    NOT NULL,
    taken      INTEGER NOT NULL CHECK (taken >= 1),
    PRIMARY KEY (program_id, reward_id)
) STRICT, WITHOUT ROWID;

-- Answers kept for a repetition of their key.
CREATE TABLE idempotency (
    program_id  TEXT    NOT NULL,
    principal   TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    language    TEXT    NOT NULL,
    body        BLOB    NOT NULL,
    kept_at     INTEGER NOT NULL,
    PRIMARY KEY (program_id, principal, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (kept_at);
