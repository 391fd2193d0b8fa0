-- What the wall did not take of a plugin's answers, and how often.
CREATE TABLE losses (
    carrier TEXT NOT NULL,
    kind TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (carrier, kind)
) STRICT, WITHOUT ROWID;
