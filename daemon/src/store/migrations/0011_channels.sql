-- Channels that do not take what is sent to them, as long as they do not. What waits for one is in `outbox`, oldest first.
CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    failing_since_ms INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_by_channel ON outbox (channel, id);
-- Counted refusals of this entry from here on, and not each time that its channel was down.
UPDATE outbox SET attempts = 0;
