-- The ways that an operator's secrets may take, as JSON; NULL for a grant of an older version, which knew hosts only.
ALTER TABLE grants ADD COLUMN secrets TEXT;
