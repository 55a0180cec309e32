-- Times are milliseconds since 1970 UTC, those of segments nanoseconds.

-- +goose Up
CREATE TABLE trace_runs (
	number        INTEGER PRIMARY KEY AUTOINCREMENT,
	id            TEXT NOT NULL UNIQUE,
	description   BLOB NOT NULL,
	project       TEXT NOT NULL,
	version       TEXT NOT NULL,
	git_commit    TEXT NOT NULL,
	launch_method TEXT NOT NULL,
	launch_class  TEXT NOT NULL,
	created       INTEGER NOT NULL,
	ended         INTEGER NOT NULL,
	heard         INTEGER NOT NULL,
	steps         INTEGER NOT NULL DEFAULT 0,
	segments      INTEGER NOT NULL DEFAULT 0,
	raw           INTEGER NOT NULL DEFAULT 0,
	packed        INTEGER NOT NULL DEFAULT 0,
	pinned        INTEGER NOT NULL DEFAULT 0,
	in_rows       INTEGER NOT NULL DEFAULT 0,
	indexed       INTEGER NOT NULL DEFAULT 0,
	doomed        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX trace_runs_in_rows ON trace_runs (in_rows);

CREATE TABLE trace_gone (
	id TEXT PRIMARY KEY,
	at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE trace_uses (
	run    INTEGER NOT NULL,
	digest TEXT NOT NULL,
	PRIMARY KEY (run, digest)
) WITHOUT ROWID;

CREATE TABLE trace_tables (
	digest  TEXT NOT NULL,
	part    INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (digest, part)
);

CREATE TABLE trace_segments (
	run        INTEGER NOT NULL,
	trace      INTEGER NOT NULL,
	number     INTEGER NOT NULL,
	goroutine  INTEGER NOT NULL,
	first_step INTEGER NOT NULL,
	steps      INTEGER NOT NULL,
	started    INTEGER NOT NULL,
	length     INTEGER NOT NULL,
	sum        INTEGER NOT NULL,
	entry      BLOB NOT NULL,
	PRIMARY KEY (run, trace, number)
) WITHOUT ROWID;

CREATE TABLE trace_parts (
	run     INTEGER NOT NULL,
	trace   INTEGER NOT NULL,
	number  INTEGER NOT NULL,
	part    INTEGER NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (run, trace, number, part)
);

-- +goose Down
DROP TABLE trace_parts;
DROP TABLE trace_segments;
DROP TABLE trace_tables;
DROP TABLE trace_uses;
DROP TABLE trace_gone;
DROP TABLE trace_runs;
