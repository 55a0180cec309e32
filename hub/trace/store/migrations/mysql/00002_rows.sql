-- What people can query: tables named as the types of the GraphQL schema.

-- DDL ends a transaction here, so each statement can be repeated.

-- +goose Up
CREATE TABLE IF NOT EXISTS Location (
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
	`read`  TEXT,
	`write` TEXT,
	PRIMARY KEY (run, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS TraceNode (
	run              BIGINT NOT NULL,
	trace            BIGINT NOT NULL,
	step             BIGINT NOT NULL,
	locationId       BIGINT,
	`timestamp`      DATETIME(6) NOT NULL,
	depth            BIGINT NOT NULL,
	outcome          BOOLEAN,
	stepIn           BIGINT,
	stepOver         BIGINT,
	invocationParent BIGINT,
	`read`           BIGINT,
	`write`          BIGINT,
	PRIMARY KEY (run, trace, step)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS Var (
	run        BIGINT NOT NULL,
	id         BIGINT NOT NULL,
	trace      BIGINT NOT NULL,
	step       BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	identifier TEXT NOT NULL,
	value      MEDIUMTEXT NOT NULL,
	PRIMARY KEY (run, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE OR REPLACE VIEW Run AS SELECT number AS id, id AS runId,
	TIMESTAMPADD(MICROSECOND, created * 1000, TIMESTAMP'1970-01-01 00:00:00') AS createdAt,
	CASE WHEN ended > 0 THEN TIMESTAMPADD(MICROSECOND, ended * 1000, TIMESTAMP'1970-01-01 00:00:00') END AS endedAt,
	project AS projectName, version AS projectVersion, git_commit AS gitCommit, launch_method AS launchMethod, launch_class AS launchClass,
	steps, in_rows = 1 AS inRows
FROM trace_runs WHERE doomed = 0;

CREATE OR REPLACE VIEW Trace AS SELECT s.run AS run, s.trace AS id, max(s.goroutine) AS goroutine, max(s.goroutine) = 1 AS isMain, sum(s.steps) AS steps,
	TIMESTAMPADD(MICROSECOND, min(s.started) DIV 1000, TIMESTAMP'1970-01-01 00:00:00') AS `timestamp`
FROM trace_segments s JOIN trace_runs r ON r.number = s.run WHERE r.doomed = 0 GROUP BY s.run, s.trace;

-- +goose Down
DROP VIEW IF EXISTS Trace;
DROP VIEW IF EXISTS Run;
DROP TABLE IF EXISTS Var;
DROP TABLE IF EXISTS TraceNode;
DROP TABLE IF EXISTS Location;
