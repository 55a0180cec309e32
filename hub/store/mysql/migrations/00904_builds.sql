-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE builds (
	id         VARBINARY(512) NOT NULL,
	release_id VARBINARY(512) NOT NULL,
	manifest   VARBINARY(512) NOT NULL,
	points     BIGINT NOT NULL,
	go         MEDIUMBLOB NOT NULL,
	os         MEDIUMBLOB NOT NULL,
	arch       MEDIUMBLOB NOT NULL,
	goat       MEDIUMBLOB NOT NULL,
	first_seen BIGINT NOT NULL,
	ran        BIGINT NOT NULL,
	covered    LONGBLOB NOT NULL,
	PRIMARY KEY (id),
	KEY builds_of_release (release_id),
	KEY builds_of_manifest (manifest)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE builds;
