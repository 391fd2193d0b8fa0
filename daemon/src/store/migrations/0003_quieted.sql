-- What an answer that was read anew would have told: it is known by now, and is not told later either.
CREATE TABLE quieted (
    parcel INTEGER NOT NULL REFERENCES parcels (pk) ON DELETE CASCADE,
    -- As in entries.
    key TEXT NOT NULL,
    PRIMARY KEY (parcel, key)
) STRICT, WITHOUT ROWID;
