-- What finished parcels teach those to come: one row for each that has arrived.

CREATE TABLE journeys (
    parcel INTEGER PRIMARY KEY REFERENCES parcels (pk) ON DELETE CASCADE,
    -- The day on the carrier's own calendar.
    delivered TEXT NOT NULL,
    -- Class, route, carriers, stays in each stage and windows told, as JSON.
    journey TEXT NOT NULL
) STRICT;

CREATE INDEX journeys_by_day ON journeys (delivered);
