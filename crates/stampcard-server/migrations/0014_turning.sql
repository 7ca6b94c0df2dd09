-- From when on so much counts in a rolling window that it just keeps the tier: one of the instants that `sums` are from.
ALTER TABLE balance ADD COLUMN turns_at INTEGER;

-- Whether members are looked at for what this version reminds them of.
ALTER TABLE program ADD COLUMN reminds INTEGER NOT NULL DEFAULT 0 CHECK (reminds IN (0, 1));
