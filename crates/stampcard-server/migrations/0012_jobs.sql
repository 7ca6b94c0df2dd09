-- The place in the ledger of a redemption, or of its hold as long as it is held.
ALTER TABLE redemption_state ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE redemption_state SET seq = state ->> '$.seq';
CREATE INDEX redemption_state_by_seq ON redemption_state (program_id, member_id, seq);

-- Redemptions that the merchant is to approve, in the order in which they were asked for (`place`). What became of one
-- follows from the ledger; beside it stands why it is reviewed, who decided, and why it was rejected.
CREATE TABLE review (
    program_id    TEXT    NOT NULL,
    redemption_id TEXT    NOT NULL,
    member_id     TEXT    NOT NULL,
    place         INTEGER NOT NULL CHECK (place >= 1),
    held_at       INTEGER NOT NULL,
    -- A JSON list.
    reasons       TEXT    NOT NULL,
    decision      TEXT    CHECK (decision IN ('approved', 'rejected', 'withdrawn')),
    decided_at    INTEGER,
    -- The short name of the merchant's key; none when the member decided.
    decided_by    TEXT,
    -- The merchant's words, for the merchant.
    note          TEXT,
    PRIMARY KEY (program_id, redemption_id),
    FOREIGN KEY (program_id, redemption_id) REFERENCES redemption_state (program_id, redemption_id)
        DEFERRABLE INITIALLY DEFERRED,
    CHECK ((decision IS NULL) = (decided_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX review_in_order ON review (program_id, place);
CREATE INDEX review_waiting ON review (program_id, place) WHERE decision IS NULL;
CREATE INDEX review_of_member ON review (program_id, member_id);
CREATE INDEX review_noted ON review (decided_at) WHERE note IS NOT NULL;

-- Reminders that were told: one row for each occasion, so that each is told once, whoever looks and how often.
CREATE TABLE nudge (
    program_id TEXT    NOT NULL,
    member_id  TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    occasion   TEXT    NOT NULL,
    told_at    INTEGER NOT NULL,
    PRIMARY KEY (program_id, member_id, kind, occasion),
    FOREIGN KEY (program_id, member_id) REFERENCES member (program_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX nudge_by_age ON nudge (told_at);

-- When a member is to be looked at for reminders: at once after each change, and then when the next one is due.
ALTER TABLE member ADD COLUMN nudge_at INTEGER;
CREATE INDEX member_to_nudge ON member (program_id, nudge_at, member_id) WHERE nudge_at IS NOT NULL;

-- Comments by age, as they may be kept for a while only.
CREATE INDEX feedback_commented ON feedback (told_at) WHERE comment IS NOT NULL;
