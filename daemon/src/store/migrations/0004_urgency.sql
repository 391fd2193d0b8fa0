-- How much depends on the answer, where a carrier's questions are few.
ALTER TABLE legs ADD COLUMN urgency TEXT NOT NULL DEFAULT 'usual';
