-- +goose Up
CREATE TABLE jobs (
	kind        TEXT NOT NULL,
	name        TEXT NOT NULL,
	payload     TEXT NOT NULL,
	run_at      INTEGER NOT NULL,
	fence       INTEGER NOT NULL, -- grows with each claim
	asked       INTEGER NOT NULL, -- grows each time it is asked for
	lease_until INTEGER NOT NULL, -- 0: nobody has it
	attempt     INTEGER NOT NULL,
	error       TEXT NOT NULL,    -- of the last attempt
	PRIMARY KEY (kind, name)
) WITHOUT ROWID;

-- How often rows have been removed that writers may remember.
CREATE TABLE removals (n INTEGER NOT NULL);
INSERT INTO removals VALUES (0);

-- +goose Down
DROP TABLE removals;
DROP TABLE jobs;
