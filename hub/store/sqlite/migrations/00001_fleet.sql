-- Times are milliseconds since 1970 UTC. Ids of services, releases and builds
-- are hashes of what makes them (hub/fleet).

-- +goose Up
CREATE TABLE services (
	id         TEXT PRIMARY KEY,
	env        TEXT NOT NULL,
	region     TEXT NOT NULL,
	app_type   TEXT NOT NULL,
	app        TEXT NOT NULL,
	cluster    TEXT NOT NULL,
	main       TEXT NOT NULL,
	first_seen INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE releases (
	id         TEXT PRIMARY KEY,
	service_id TEXT NOT NULL,
	revision   TEXT NOT NULL,
	branch     TEXT NOT NULL,
	git_commit TEXT NOT NULL,
	version    TEXT NOT NULL,
	dirty      INTEGER NOT NULL,
	first_seen INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX releases_of_service ON releases (service_id, revision);

CREATE TABLE manifests (
	digest     TEXT PRIMARY KEY,
	points     INTEGER NOT NULL,
	size       INTEGER NOT NULL,
	first_seen INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE builds (
	id         TEXT PRIMARY KEY,
	release_id TEXT NOT NULL,
	manifest   TEXT NOT NULL,
	points     INTEGER NOT NULL,
	go         TEXT NOT NULL,
	os         TEXT NOT NULL,
	arch       TEXT NOT NULL,
	goat       TEXT NOT NULL,
	first_seen INTEGER NOT NULL,
	ran        INTEGER NOT NULL, -- how many ids covered has
	covered    BLOB NOT NULL     -- the union of its instances' bitmaps
) WITHOUT ROWID;
CREATE INDEX builds_of_release ON builds (release_id);

CREATE TABLE instances (
	id          TEXT PRIMARY KEY,
	build_id    TEXT NOT NULL,
	release_id  TEXT NOT NULL,
	agent       TEXT NOT NULL,
	host        TEXT NOT NULL,
	pod         TEXT NOT NULL,
	pid         INTEGER NOT NULL,
	address     TEXT NOT NULL,
	short       INTEGER NOT NULL,
	covmeta     TEXT NOT NULL,
	started     INTEGER NOT NULL,
	registered  INTEGER NOT NULL,
	seen        INTEGER NOT NULL,
	lease_until INTEGER NOT NULL,
	state       TEXT NOT NULL,    -- live, unreachable, ended, gone
	since       INTEGER NOT NULL, -- in this state
	measured    INTEGER NOT NULL, -- 1 when it has said what ran, be it nothing
	probes      INTEGER NOT NULL, -- how many in a row found nobody
	acked       INTEGER NOT NULL,
	covered     BLOB NOT NULL
) WITHOUT ROWID;
-- Counts are answered from the index alone.
CREATE INDEX instances_of_release ON instances (release_id, state, measured);

-- A row for each point of a build that has run.
CREATE TABLE hits (
	build_id    TEXT NOT NULL,
	point       INTEGER NOT NULL,
	first       INTEGER NOT NULL,
	instance_id TEXT NOT NULL, -- where it first ran
	route       TEXT NOT NULL, -- by what
	last_day    INTEGER NOT NULL, -- days since 1970 UTC
	PRIMARY KEY (build_id, point)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE hits;
DROP TABLE instances;
DROP TABLE builds;
DROP TABLE manifests;
DROP TABLE releases;
DROP TABLE services;
