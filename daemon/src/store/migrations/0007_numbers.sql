-- Two parcels may travel under one number.
CREATE INDEX legs_by_number ON legs (number);
