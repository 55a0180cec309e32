-- Go's own coverage data of programs built with -cover. The bytes are blobs.

-- +goose Up
CREATE TABLE covmetas (
	digest     TEXT PRIMARY KEY,
	size       INTEGER NOT NULL,
	first_seen INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE counters (
	instance_id TEXT PRIMARY KEY,
	covmeta     TEXT NOT NULL,
	size        INTEGER NOT NULL,
	at          INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE counters;
DROP TABLE covmetas;
