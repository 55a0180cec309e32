-- What teams decide with. Excuses are never changed: the newest row of a point
-- counts. tests are runs of tests outside the fleet; ran has 8 bytes for each
-- stable id. gates has the last verdict on a release. notices are the events that
-- somebody was told of.

-- +goose Up
CREATE TABLE excuses (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	service_id TEXT NOT NULL,
	stable_id  TEXT NOT NULL,
	place      TEXT NOT NULL,
	reason     TEXT NOT NULL,
	person     TEXT NOT NULL,
	until      INTEGER NOT NULL, -- the last day, at 0:00 UTC; 0: it was withdrawn
	at         INTEGER NOT NULL,
	by_whom    TEXT NOT NULL
);
CREATE INDEX excuses_of_service ON excuses (service_id, id);

CREATE TABLE tests (
	id         TEXT PRIMARY KEY,
	module     TEXT NOT NULL,
	name       TEXT NOT NULL,
	url        TEXT NOT NULL,
	git_commit TEXT NOT NULL,
	branch     TEXT NOT NULL,
	points     INTEGER NOT NULL,
	covered    INTEGER NOT NULL,
	scope      TEXT NOT NULL,
	by_whom    TEXT NOT NULL,
	at         INTEGER NOT NULL,
	ran        BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX tests_of_module ON tests (module, at);

CREATE TABLE gates (
	release_id TEXT PRIMARY KEY,
	verdict    TEXT NOT NULL,
	why        TEXT NOT NULL,
	covered    INTEGER NOT NULL,
	missing    INTEGER NOT NULL,
	excused    INTEGER NOT NULL,
	since      INTEGER NOT NULL,
	at         INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE notices (
	name TEXT PRIMARY KEY,
	at   INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE notices;
DROP TABLE gates;
DROP TABLE tests;
DROP TABLE excuses;
