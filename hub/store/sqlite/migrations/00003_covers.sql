-- A release's history of measurements. The latest one is what the release points
-- at: so there is exactly one, whoever writes at once.

-- +goose Up
CREATE TABLE covers (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	release_id TEXT NOT NULL,
	at         INTEGER NOT NULL,
	addresses  TEXT NOT NULL,
	file       TEXT NOT NULL,
	total      REAL NOT NULL -- percent
);
CREATE INDEX covers_of_release ON covers (release_id, id);
ALTER TABLE releases ADD COLUMN latest_cover INTEGER NOT NULL DEFAULT 0;

CREATE VIEW goc_o_staging_service_cover AS
SELECT
	c.id                                                             AS id,
	strftime('%Y-%m-%d %H:%M:%f', c.at / 1000.0, 'unixepoch')        AS created_at,
	strftime('%Y-%m-%d %H:%M:%f', c.at / 1000.0, 'unixepoch')        AS updated_at,
	NULL                                                             AS deleted_at,
	s.env                                                            AS env,
	s.region                                                         AS region,
	s.app                                                            AS app_name,
	c.addresses                                                      AS addresses,
	r.branch                                                         AS git_branch,
	r.revision                                                       AS git_commit,
	CASE WHEN r.latest_cover = c.id THEN 'y' ELSE 'n' END            AS is_latest,
	c.file                                                           AS cov_file_path,
	c.total                                                          AS cover_total,
	s.app_type                                                       AS app_type,
	s.cluster                                                        AS cluster,
	s.main                                                           AS main
FROM covers c
JOIN releases r ON r.id = c.release_id
JOIN services s ON s.id = r.service_id;

-- +goose Down
DROP VIEW goc_o_staging_service_cover;
ALTER TABLE releases DROP COLUMN latest_cover;
DROP TABLE covers;
