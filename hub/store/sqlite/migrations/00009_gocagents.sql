-- Agents of goc's version 2.

-- +goose Up
CREATE TABLE goc_agents (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	token       TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	host        TEXT NOT NULL,
	command     TEXT NOT NULL,
	pid         TEXT NOT NULL,
	extra       TEXT NOT NULL,
	rpc         TEXT NOT NULL, -- where its connection comes from, '' for none
	watch       TEXT NOT NULL
);

-- +goose Down
DROP TABLE goc_agents;
