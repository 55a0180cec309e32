-- What people can query: tables named as the types of the GraphQL schema.

-- +goose Up
CREATE TABLE Location (
	run     BIGINT NOT NULL,
	id      BIGINT NOT NULL,
	package TEXT NOT NULL,
	func    TEXT NOT NULL,
	file    TEXT NOT NULL,
	line    BIGINT NOT NULL,
	col     BIGINT NOT NULL,
	endLine BIGINT NOT NULL,
	endCol  BIGINT NOT NULL,
	kind    TEXT NOT NULL,
	"read"  TEXT,
	"write" TEXT,
	PRIMARY KEY (run, id)
);

CREATE TABLE TraceNode (
	run              BIGINT NOT NULL,
	trace            BIGINT NOT NULL,
	step             BIGINT NOT NULL,
	locationId       BIGINT,
	"timestamp"      TIMESTAMPTZ NOT NULL,
	depth            BIGINT NOT NULL,
	outcome          BOOLEAN,
	stepIn           BIGINT,
	stepOver         BIGINT,
	invocationParent BIGINT,
	"read"           BIGINT,
	"write"          BIGINT,
	PRIMARY KEY (run, trace, step)
);

CREATE TABLE Var (
	run        BIGINT NOT NULL,
	id         BIGINT NOT NULL,
	trace      BIGINT NOT NULL,
	step       BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	identifier TEXT NOT NULL,
	value      TEXT NOT NULL,
	PRIMARY KEY (run, id)
);

CREATE VIEW Run AS SELECT number AS id, id AS runId,
	to_timestamp(created / 1000.0) AS createdAt,
	CASE WHEN ended > 0 THEN to_timestamp(ended / 1000.0) END AS endedAt,
	project AS projectName, version AS projectVersion, git_commit AS gitCommit, launch_method AS launchMethod, launch_class AS launchClass,
	steps, in_rows = 1 AS inRows
FROM trace_runs WHERE doomed = 0;

CREATE VIEW Trace AS SELECT s.run AS run, s.trace AS id, max(s.goroutine) AS goroutine, max(s.goroutine) = 1 AS isMain, sum(s.steps) AS steps,
	to_timestamp(min(s.started) / 1000000000.0) AS "timestamp"
FROM trace_segments s JOIN trace_runs r ON r.number = s.run WHERE r.doomed = 0 GROUP BY s.run, s.trace;

-- +goose Down
DROP VIEW Trace;
DROP VIEW Run;
DROP TABLE Var;
DROP TABLE TraceNode;
DROP TABLE Location;
