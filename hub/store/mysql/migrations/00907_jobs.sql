-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE jobs (
	kind        VARBINARY(64) NOT NULL,
	name        VARBINARY(512) NOT NULL,
	payload     MEDIUMBLOB NOT NULL,
	run_at      BIGINT NOT NULL,
	fence       BIGINT NOT NULL,
	asked       BIGINT NOT NULL,
	lease_until BIGINT NOT NULL,
	attempt     BIGINT NOT NULL,
	error       MEDIUMBLOB NOT NULL,
	PRIMARY KEY (kind, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE jobs;
