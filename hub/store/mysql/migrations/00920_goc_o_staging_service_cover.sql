-- The table of the seed, with its names.

-- +goose NO TRANSACTION
-- +goose Up
CREATE VIEW goc_o_staging_service_cover AS
SELECT
	c.id                                                  AS id,
	LEFT(DATE_FORMAT(TIMESTAMPADD(MICROSECOND, c.at * 1000, '1970-01-01'), '%Y-%m-%d %H:%i:%s.%f'), 23) AS created_at,
	LEFT(DATE_FORMAT(TIMESTAMPADD(MICROSECOND, c.at * 1000, '1970-01-01'), '%Y-%m-%d %H:%i:%s.%f'), 23) AS updated_at,
	NULL                                                  AS deleted_at,
	CONVERT(s.env USING utf8mb4)                          AS env,
	CONVERT(s.region USING utf8mb4)                       AS region,
	CONVERT(s.app USING utf8mb4)                          AS app_name,
	CONVERT(c.addresses USING utf8mb4)                    AS addresses,
	CONVERT(r.branch USING utf8mb4)                       AS git_branch,
	CONVERT(r.revision USING utf8mb4)                     AS git_commit,
	CASE WHEN r.latest_cover = c.id THEN 'y' ELSE 'n' END AS is_latest,
	CONVERT(c.file USING utf8mb4)                         AS cov_file_path,
	c.total                                               AS cover_total,
	CONVERT(s.app_type USING utf8mb4)                     AS app_type,
	CONVERT(s.cluster USING utf8mb4)                      AS cluster,
	CONVERT(s.main USING utf8mb4)                         AS main
FROM covers c
JOIN releases r ON r.id = c.release_id
JOIN services s ON s.id = r.service_id;

-- +goose Down
DROP VIEW goc_o_staging_service_cover;
