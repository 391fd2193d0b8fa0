-- Words counted before did not have the numbers of parcels taken out.
DELETE FROM unmapped;
