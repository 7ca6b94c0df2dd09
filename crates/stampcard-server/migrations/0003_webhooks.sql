-- Addresses of the merchant that are told of what happens.
CREATE TABLE webhook (
    program_id      TEXT    NOT NULL,
    webhook_id      TEXT    NOT NULL,
    url             TEXT    NOT NULL,
    -- A JSON list of topics; an empty one means all.
    topics          TEXT    NOT NULL,
    enabled         INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created_at      INTEGER NOT NULL,
    secret          BLOB    NOT NULL,
    -- Signs beside the secret until then.
    previous_secret BLOB,
    previous_until  INTEGER,
    last_attempt_at INTEGER,
    last_status     INTEGER,
    -- The first attempt since the last message that was taken.
    failing_since   INTEGER,
    PRIMARY KEY (program_id, webhook_id)
) STRICT, WITHOUT ROWID;

-- What happened, for as long as somebody is still to be told. No personal data: the reference is added when it is sent.
CREATE TABLE outbox (
    program_id  TEXT    NOT NULL,
    message_id  TEXT    NOT NULL,
    topic       TEXT    NOT NULL,
    member_id   TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    data        TEXT    NOT NULL,
    PRIMARY KEY (program_id, message_id)
) STRICT, WITHOUT ROWID;

-- Who is still to be told of it. The row goes when they took it.
CREATE TABLE delivery (
    program_id TEXT    NOT NULL,
    webhook_id TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    attempts   INTEGER NOT NULL,
    -- None when it was given up.
    next_at    INTEGER,
    given_up_at INTEGER,
    PRIMARY KEY (program_id, webhook_id, message_id),
    FOREIGN KEY (program_id, webhook_id) REFERENCES webhook (program_id, webhook_id) ON DELETE CASCADE,
    FOREIGN KEY (program_id, message_id) REFERENCES outbox (program_id, message_id),
    CHECK ((next_at IS NULL) = (given_up_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (program_id, webhook_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_given_up ON delivery (given_up_at) WHERE given_up_at IS NOT NULL;
CREATE INDEX delivery_of_message ON delivery (program_id, message_id);
