-- What reports of releases need. Counters belong to a release as long as it is
-- kept, also when their instance is not; counted and measured_at say up to which
-- counters a release was measured, and when. A baseline is where a release's
-- counts begin for people; undone ones do not count.

-- +goose Up
ALTER TABLE counters ADD COLUMN release_id TEXT NOT NULL DEFAULT '';
UPDATE counters SET release_id = coalesce((SELECT release_id FROM instances WHERE id = instance_id), '');
CREATE INDEX counters_of_release ON counters (release_id, at);
ALTER TABLE releases ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE releases ADD COLUMN measured_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE covers ADD COLUMN digest TEXT NOT NULL DEFAULT '';

CREATE TABLE baselines (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	release_id TEXT NOT NULL,
	at         INTEGER NOT NULL,
	by_whom    TEXT NOT NULL,
	file       TEXT NOT NULL,             -- key of the blob with the profile
	undone     INTEGER NOT NULL DEFAULT 0 -- when, 0: it counts
);
CREATE INDEX baselines_of_release ON baselines (release_id, id);

-- The last number that was given out under a name.
CREATE TABLE numbers (
	name TEXT PRIMARY KEY,
	n    INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE numbers;
DROP TABLE baselines;
ALTER TABLE covers DROP COLUMN digest;
ALTER TABLE releases DROP COLUMN measured_at;
ALTER TABLE releases DROP COLUMN counted;
DROP INDEX counters_of_release;
ALTER TABLE counters DROP COLUMN release_id;
