-- What is known of a person besides the name, all of it said by the merchant or the member and forgotten with the row.

-- A day of the year, '12-31', and from when on it counts: one that replaces another waits.
ALTER TABLE person ADD COLUMN birthday TEXT;
ALTER TABLE person ADD COLUMN birthday_counts_at INTEGER;
-- JSON lists of ids: the segments that the member belongs to, the offers that the merchant gave them.
ALTER TABLE person ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE person ADD COLUMN offers TEXT NOT NULL DEFAULT '[]';
-- The merchant's digest of what people of one household share.
ALTER TABLE person ADD COLUMN household TEXT;
