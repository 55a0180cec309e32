-- Instances that somebody waits for. told: the instance knows, and its next word
-- is the answer.

-- +goose Up
CREATE TABLE asks (
	instance_id TEXT PRIMARY KEY,
	release_id  TEXT NOT NULL,
	at          INTEGER NOT NULL,
	told        INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE asks;
