-- The version of the form in which `card` was written. A row of another version is judged again before it is shown.
ALTER TABLE parcels ADD COLUMN form INTEGER NOT NULL DEFAULT 0;
