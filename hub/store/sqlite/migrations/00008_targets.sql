-- goc's list, and when which service was pulled.

-- +goose Up
CREATE TABLE targets (
	number      INTEGER PRIMARY KEY AUTOINCREMENT,
	name        TEXT NOT NULL,
	address     TEXT NOT NULL,
	peer        TEXT NOT NULL, -- where it was registered from
	instance_id TEXT NOT NULL,
	at          INTEGER NOT NULL
);
CREATE UNIQUE INDEX targets_of_name ON targets (name, address);
CREATE INDEX targets_of_instance ON targets (instance_id);

CREATE TABLE pulls (
	service_id TEXT PRIMARY KEY,
	begun      INTEGER NOT NULL,
	asked      INTEGER NOT NULL, -- the job's, when it began
	step       INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE pulls;
DROP TABLE targets;
