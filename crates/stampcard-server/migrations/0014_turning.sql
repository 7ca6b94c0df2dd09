-- From when on so much counts in a rolling window that it just keeps the tier: one of the instants that `sums` are from.
ALTER TABLE balance ADD COLUMN turns_at INTEGER;
