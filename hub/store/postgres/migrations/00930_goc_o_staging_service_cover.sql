-- The table of the seed, with its names.

-- +goose NO TRANSACTION
-- +goose Up
CREATE VIEW goc_o_staging_service_cover AS
SELECT
	c.id                                                  AS id,
	to_char(to_timestamp(c.at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') AS created_at,
	to_char(to_timestamp(c.at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') AS updated_at,
	CAST(NULL AS TEXT)                                    AS deleted_at,
	s.env                                                 AS env,
	s.region                                              AS region,
	s.app                                                 AS app_name,
	c.addresses                                           AS addresses,
	r.branch                                              AS git_branch,
	r.revision                                            AS git_commit,
	CASE WHEN r.latest_cover = c.id THEN 'y' ELSE 'n' END AS is_latest,
	c.file                                                AS cov_file_path,
	c.total                                               AS cover_total,
	s.app_type                                            AS app_type,
	s.cluster                                             AS cluster,
	s.main                                                AS main
FROM covers c
JOIN releases r ON r.id = c.release_id
JOIN services s ON s.id = r.service_id;

-- +goose Down
DROP VIEW goc_o_staging_service_cover;
