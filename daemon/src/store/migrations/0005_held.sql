-- Whether the carrier may hold something for the leg: freed once nobody asks about it any more.
ALTER TABLE legs ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

UPDATE legs SET held = 1 WHERE cursor IS NOT NULL;

CREATE INDEX legs_held ON legs (parcel) WHERE held;
