-- One-time member tokens that have done their write.
CREATE TABLE used_token (
    program_id TEXT    NOT NULL,
    token_id   TEXT    NOT NULL,
    -- From here on the token is refused for its age, and the row may go.
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (program_id, token_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX used_token_by_age ON used_token (expires_at);
