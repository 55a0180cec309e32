-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE releases (
	id           VARBINARY(512) NOT NULL,
	service_id   VARBINARY(512) NOT NULL,
	revision     VARBINARY(512) NOT NULL,
	branch       MEDIUMBLOB NOT NULL,
	git_commit   MEDIUMBLOB NOT NULL,
	version      MEDIUMBLOB NOT NULL,
	dirty        BIGINT NOT NULL,
	first_seen   BIGINT NOT NULL,
	latest_cover BIGINT NOT NULL DEFAULT 0,
	counted      BIGINT NOT NULL DEFAULT 0,
	measured_at  BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (id),
	UNIQUE KEY releases_of_service (service_id, revision)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE releases;
