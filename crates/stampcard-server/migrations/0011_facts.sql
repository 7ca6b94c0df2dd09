-- What is known of a person besides the name, all of it said by the merchant or the member and forgotten with the row.

-- A day of the year, '12-31', and from when on it counts: one that replaces another waits.
ALTER TABLE person ADD COLUMN birthday TEXT;
ALTER TABLE person ADD COLUMN birthday_counts_at INTEGER;
-- JSON lists of ids: the segments that the member belongs to, the offers that the merchant gave them.
ALTER TABLE person ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE person ADD COLUMN offers TEXT NOT NULL DEFAULT '[]';
-- The merchant's digest of what people of one household share.
ALTER TABLE person ADD COLUMN household TEXT;
-- The code that the member invites friends with; made when it is first asked for.
ALTER TABLE person ADD COLUMN referral_code TEXT;
CREATE UNIQUE INDEX person_by_referral_code ON person (program_id, referral_code) WHERE referral_code IS NOT NULL;

-- Who invited whom, and what became of it. Surrogates alone.
CREATE TABLE referral (
    program_id    TEXT    NOT NULL,
    seq           INTEGER NOT NULL CHECK (seq >= 1),
    referral_id   TEXT    NOT NULL,
    advocate_id   TEXT    NOT NULL,
    friend_id     TEXT    NOT NULL,
    followed_at   INTEGER NOT NULL,
    -- Why it does not stand.
    refused       TEXT,
    -- The friend's order that rewarded it.
    order_id      TEXT,
    rewarded_at   INTEGER,
    -- Why the advocate got nothing for that.
    withheld      TEXT,
    taken_back_at INTEGER,
    PRIMARY KEY (program_id, seq),
    UNIQUE (program_id, referral_id),
    FOREIGN KEY (program_id, advocate_id) REFERENCES member (program_id, member_id),
    FOREIGN KEY (program_id, friend_id) REFERENCES member (program_id, member_id),
    CHECK ((order_id IS NULL) = (rewarded_at IS NULL)),
    CHECK (order_id IS NOT NULL OR (withheld IS NULL AND taken_back_at IS NULL)),
    CHECK (refused IS NULL OR order_id IS NULL)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX referral_that_stands ON referral (program_id, friend_id) WHERE refused IS NULL;
CREATE INDEX referral_of_advocate ON referral (program_id, advocate_id, seq);
CREATE INDEX referral_of_order ON referral (program_id, order_id) WHERE order_id IS NOT NULL;
