-- Whole programs: points that wait, are owed or expire by inactivity, redemptions that are held or cancelled, goals and
-- limits. The new columns and tables are filled from the entries when the server first opens the file.

-- What an entry takes back a part of; as a whole an accrual is taken back once (`reverses`).
ALTER TABLE entry ADD COLUMN part_of INTEGER;
CREATE INDEX entry_in_parts ON entry (program_id, member_id, part_of) WHERE part_of IS NOT NULL;

DROP TABLE qualifying;
ALTER TABLE balance DROP COLUMN qualifying;
ALTER TABLE balance DROP COLUMN qualifying_after;
ALTER TABLE balance ADD COLUMN owed INTEGER NOT NULL DEFAULT 0 CHECK (owed BETWEEN 0 AND 9007199254740991);
-- Until when all points live that expire by inactivity.
ALTER TABLE balance ADD COLUMN active_until INTEGER;
-- When they expire, as long as there are some.
ALTER TABLE balance ADD COLUMN inactive_at INTEGER;
-- When time alone may change the tier.
ALTER TABLE balance ADD COLUMN tier_due_at INTEGER;
-- What else is of one size whatever the history, and sums of what accruals count for: JSON.
ALTER TABLE balance ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
ALTER TABLE balance ADD COLUMN sums TEXT NOT NULL DEFAULT '[]';
CREATE INDEX balance_inactive ON balance (program_id, inactive_at, member_id) WHERE inactive_at IS NOT NULL;
CREATE INDEX balance_tier_due ON balance (program_id, tier_due_at, member_id) WHERE tier_due_at IS NOT NULL;

-- When a lot can be spent that waits; the last instant there is when something must happen first.
ALTER TABLE lot ADD COLUMN waits INTEGER;
-- Whether it expires at the member's `active_until`; its `expires_at` is then the last instant there is.
ALTER TABLE lot ADD COLUMN by_inactivity INTEGER NOT NULL DEFAULT 0 CHECK (by_inactivity IN (0, 1));
ALTER TABLE lot DROP COLUMN starts_at;
-- An empty one has no end.
UPDATE lot SET expires_at = 9223372036854775807 WHERE remaining = 0;
DROP INDEX lot_due;
CREATE INDEX lot_due ON lot (program_id, expires_at, member_id) WHERE remaining > 0 AND waits IS NULL;
CREATE INDEX lot_waiting ON lot (program_id, waits, member_id) WHERE remaining > 0 AND waits IS NOT NULL;

-- What earned besides orders: it earns once for a member.
CREATE TABLE source_accrual (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('activity', 'referral', 'offer')),
    source_id  TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    points     INTEGER NOT NULL,
    reversed   INTEGER NOT NULL CHECK (reversed IN (0, 1)),
    PRIMARY KEY (program_id, member_id, kind, source_id),
    FOREIGN KEY (program_id, member_id, seq) REFERENCES entry (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

-- What each accrual counts for, by when it was booked.
CREATE TABLE counted (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    counts     TEXT    NOT NULL,
    PRIMARY KEY (program_id, member_id, at, seq),
    FOREIGN KEY (program_id, member_id, seq) REFERENCES entry (program_id, member_id, seq)
) STRICT, WITHOUT ROWID;

-- Redemptions and holds with all that must be known to complete or cancel them.
CREATE TABLE redemption_state (
    program_id    TEXT    NOT NULL,
    redemption_id TEXT    NOT NULL,
    member_id     TEXT    NOT NULL,
    reward_id     TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    phase         TEXT    NOT NULL CHECK (phase IN ('held', 'completed', 'closed')),
    ends_at       INTEGER,
    state         TEXT    NOT NULL,
    PRIMARY KEY (program_id, redemption_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX redemption_state_of_member ON redemption_state (program_id, member_id, at);
CREATE INDEX redemption_state_of_reward ON redemption_state (program_id, reward_id, at) WHERE phase <> 'closed';
CREATE INDEX redemption_state_ending ON redemption_state (program_id, ends_at, member_id)
    WHERE phase = 'held' AND ends_at IS NOT NULL;

-- Points that all members together earned since the start of a stretch of the calendar that the program caps.
CREATE TABLE issued (
    program_id TEXT    NOT NULL,
    starts_at  INTEGER NOT NULL,
    points     INTEGER NOT NULL CHECK (points >= 0),
    PRIMARY KEY (program_id, starts_at)
) STRICT, WITHOUT ROWID;
