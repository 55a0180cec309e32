-- Times are milliseconds since 1970 UTC, those of segments nanoseconds.

-- DDL ends a transaction here, so each statement can be repeated.

-- +goose Up
CREATE TABLE IF NOT EXISTS trace_runs (
	number        BIGINT PRIMARY KEY AUTO_INCREMENT,
	id            CHAR(32) NOT NULL UNIQUE,
	description   LONGBLOB NOT NULL,
	project       TEXT NOT NULL,
	version       TEXT NOT NULL,
	git_commit    TEXT NOT NULL,
	launch_method TEXT NOT NULL,
	launch_class  TEXT NOT NULL,
	created       BIGINT NOT NULL,
	ended         BIGINT NOT NULL,
	heard         BIGINT NOT NULL,
	steps         BIGINT NOT NULL DEFAULT 0,
	segments      BIGINT NOT NULL DEFAULT 0,
	raw           BIGINT NOT NULL DEFAULT 0,
	packed        BIGINT NOT NULL DEFAULT 0,
	pinned        BIGINT NOT NULL DEFAULT 0,
	in_rows       BIGINT NOT NULL DEFAULT 0,
	indexed       BIGINT NOT NULL DEFAULT 0,
	doomed        BIGINT NOT NULL DEFAULT 0,
	KEY trace_runs_in_rows (in_rows)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trace_gone (
	id CHAR(32) PRIMARY KEY,
	at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trace_uses (
	run    BIGINT NOT NULL,
	digest VARCHAR(64) NOT NULL,
	PRIMARY KEY (run, digest)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trace_tables (
	digest  VARCHAR(64) NOT NULL,
	part    BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	content LONGBLOB NOT NULL,
	PRIMARY KEY (digest, part)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trace_segments (
	run        BIGINT NOT NULL,
	trace      BIGINT NOT NULL,
	number     BIGINT NOT NULL,
	goroutine  BIGINT NOT NULL,
	first_step BIGINT NOT NULL,
	steps      BIGINT NOT NULL,
	started    BIGINT NOT NULL,
	length     BIGINT NOT NULL,
	sum        BIGINT NOT NULL,
	entry      LONGBLOB NOT NULL,
	PRIMARY KEY (run, trace, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trace_parts (
	run     BIGINT NOT NULL,
	trace   BIGINT NOT NULL,
	number  BIGINT NOT NULL,
	part    BIGINT NOT NULL,
	content LONGBLOB NOT NULL,
	PRIMARY KEY (run, trace, number, part)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS trace_parts;
DROP TABLE IF EXISTS trace_segments;
DROP TABLE IF EXISTS trace_tables;
DROP TABLE IF EXISTS trace_uses;
DROP TABLE IF EXISTS trace_gone;
DROP TABLE IF EXISTS trace_runs;
