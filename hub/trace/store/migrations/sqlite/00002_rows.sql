-- What people can query: tables named as the types of the GraphQL schema.

-- +goose Up
CREATE TABLE Location (
	run     INTEGER NOT NULL,
	id      INTEGER NOT NULL,
	package TEXT NOT NULL,
	func    TEXT NOT NULL,
	file    TEXT NOT NULL,
	line    INTEGER NOT NULL,
	col     INTEGER NOT NULL,
	endLine INTEGER NOT NULL,
	endCol  INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	"read"  TEXT,
	"write" TEXT,
	PRIMARY KEY (run, id)
) WITHOUT ROWID;

CREATE TABLE TraceNode (
	run              INTEGER NOT NULL,
	trace            INTEGER NOT NULL,
	step             INTEGER NOT NULL,
	locationId       INTEGER,
	"timestamp"      TEXT NOT NULL,
	depth            INTEGER NOT NULL,
	outcome          INTEGER,
	stepIn           INTEGER,
	stepOver         INTEGER,
	invocationParent INTEGER,
	"read"           INTEGER,
	"write"          INTEGER,
	PRIMARY KEY (run, trace, step)
) WITHOUT ROWID;

CREATE TABLE Var (
	run        INTEGER NOT NULL,
	id         INTEGER NOT NULL,
	trace      INTEGER NOT NULL,
	step       INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	identifier TEXT NOT NULL,
	value      TEXT NOT NULL,
	PRIMARY KEY (run, id)
) WITHOUT ROWID;

CREATE VIEW Run AS SELECT number AS id, id AS runId,
	strftime('%Y-%m-%d %H:%M:%f', created / 1000.0, 'unixepoch') AS createdAt,
	CASE WHEN ended > 0 THEN strftime('%Y-%m-%d %H:%M:%f', ended / 1000.0, 'unixepoch') END AS endedAt,
	project AS projectName, version AS projectVersion, git_commit AS gitCommit, launch_method AS launchMethod, launch_class AS launchClass,
	steps, in_rows = 1 AS inRows
FROM trace_runs WHERE doomed = 0;

CREATE VIEW Trace AS SELECT s.run AS run, s.trace AS id, max(s.goroutine) AS goroutine, max(s.goroutine) = 1 AS isMain, sum(s.steps) AS steps,
	strftime('%Y-%m-%d %H:%M:%f', min(s.started) / 1000000000.0, 'unixepoch') AS "timestamp"
FROM trace_segments s JOIN trace_runs r ON r.number = s.run WHERE r.doomed = 0 GROUP BY s.run, s.trace;

-- +goose Down
DROP VIEW Trace;
DROP VIEW Run;
DROP TABLE Var;
DROP TABLE TraceNode;
DROP TABLE Location;
