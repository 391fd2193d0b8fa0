-- What the operator and the carriers told us. Instants are milliseconds since 1970 in UTC.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE parcels (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- The parcel as the config describes it, as JSON.
    spec TEXT NOT NULL,
    added_ms INTEGER NOT NULL,
    -- Taken out of the config.
    removed_ms INTEGER,
    archived_ms INTEGER,
    -- When the passing of time alone changes what we say of it.
    review_ms INTEGER,
    -- What the overview shows, as JSON; worked out anew with every change.
    card TEXT NOT NULL DEFAULT '{}',
    -- The group of the overview it stands in, and its place in it.
    attention INTEGER NOT NULL DEFAULT 9,
    sort_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX parcels_overview ON parcels (archived_ms, attention, sort_ms);

CREATE TABLE parcel_tags (
    tag TEXT NOT NULL,
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    PRIMARY KEY (tag, parcel)
) STRICT, WITHOUT ROWID;

CREATE TABLE legs (
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    no INTEGER NOT NULL,
    number TEXT NOT NULL,
    carrier TEXT,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    confidence INTEGER NOT NULL,
    checksum INTEGER,
    because TEXT NOT NULL,
    found_in INTEGER,
    carrier_name TEXT,
    country TEXT,
    added_ms INTEGER NOT NULL,
    latest_ms INTEGER,
    last_asked_ms INTEGER,
    last_ok_ms INTEGER,
    next_ask_ms INTEGER,
    next_why TEXT NOT NULL,
    -- Outage, summary, window, origin, destination, facts, zone, done: as JSON.
    told TEXT NOT NULL,
    cursor BLOB,
    PRIMARY KEY (parcel, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    leg INTEGER NOT NULL,
    id BLOB NOT NULL,
    -- Counted from the oldest event of the newest answer; NULL once the carrier no longer shows it.
    position INTEGER,
    first_seen_ms INTEGER NOT NULL,
    read_ms INTEGER NOT NULL,
    -- The carrier's clock as text: RFC 3339, a clock without zone, or a date.
    moment TEXT,
    zone TEXT,
    status TEXT NOT NULL,
    code TEXT,
    text TEXT NOT NULL,
    translation TEXT,
    place TEXT,
    country TEXT,
    locality TEXT,
    postcode TEXT,
    facts TEXT,
    PRIMARY KEY (parcel, leg, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE windows (
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    leg INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    earliest TEXT,
    latest TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (parcel, first_seen_ms, leg)
) STRICT, WITHOUT ROWID;

CREATE TABLE marks (
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (parcel, at_ms, kind)
) STRICT, WITHOUT ROWID;

-- Raw answers, so that a repaired plugin can read them anew: the exchanges of one call as compressed JSON, without secrets.
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    leg INTEGER NOT NULL,
    carrier TEXT NOT NULL,
    plugin TEXT NOT NULL,
    digest BLOB NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    exchanges BLOB NOT NULL
) STRICT;

CREATE INDEX answers_of_leg ON answers (parcel, leg, id);

-- What was told to people. A row never changes once it is written: readers know it by its id.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parcel INTEGER REFERENCES parcels (pk) ON DELETE SET NULL,
    -- Names the change within its parcel, so that nothing is told twice.
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- 0 routine, 1 notice, 2 important.
    importance INTEGER NOT NULL,
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    path TEXT NOT NULL,
    author TEXT NOT NULL,
    categories TEXT NOT NULL,
    published_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX entries_once ON entries (ifnull(parcel, 0), key);
CREATE INDEX entries_of_parcel ON entries (parcel, seq);
CREATE INDEX entries_by_importance ON entries (importance, seq);

CREATE TABLE entry_tags (
    tag TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    PRIMARY KEY (tag, seq)
) STRICT, WITHOUT ROWID;

-- Entries on their way to a channel. A row is written with its entry and leaves when the channel took it.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_ms INTEGER NOT NULL,
    error TEXT,
    UNIQUE (seq, channel)
) STRICT;

-- What the operator should know now.
CREATE TABLE notices (
    key TEXT PRIMARY KEY,
    -- info, warn, error.
    level TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The plugins as the system page shows them, as JSON.
CREATE TABLE plugins (
    carrier TEXT PRIMARY KEY,
    card TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Hosts the operator lets a plugin reach: all it declares at first sight, later ones after approval.
CREATE TABLE grants (
    carrier TEXT PRIMARY KEY,
    hosts TEXT NOT NULL,
    granted_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plugin_memory (
    carrier TEXT NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (carrier, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    carrier TEXT NOT NULL,
    profile TEXT NOT NULL,
    -- Of the credentials the token was fetched with; others make it useless.
    fingerprint TEXT NOT NULL,
    token TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (carrier, profile)
) STRICT, WITHOUT ROWID;

-- Hosts that asked to wait.
CREATE TABLE pauses (
    carrier TEXT NOT NULL,
    host TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (carrier, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE quota_use (
    carrier TEXT NOT NULL,
    quota INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (carrier, quota)
) STRICT, WITHOUT ROWID;

-- Codes that no table knows, for the report line of the system page.
CREATE TABLE unmapped (
    carrier TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (carrier, code, text)
) STRICT, WITHOUT ROWID;
