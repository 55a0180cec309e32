-- Block coverage that instances give as text. The bytes are blobs. Rows stay when
-- their instances are removed, as long as the release does.

-- +goose Up
CREATE TABLE blocks (
	instance_id TEXT PRIMARY KEY,
	release_id  TEXT NOT NULL,
	generation  INTEGER NOT NULL, -- grows each time it is written
	digest      TEXT NOT NULL,
	file        TEXT NOT NULL,    -- key of the blob
	size        INTEGER NOT NULL,
	at          INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX blocks_of_release ON blocks (release_id);

-- +goose Down
DROP TABLE blocks;
