-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE manifests (
	digest     VARBINARY(512) NOT NULL,
	points     BIGINT NOT NULL,
	size       BIGINT NOT NULL,
	first_seen BIGINT NOT NULL,
	PRIMARY KEY (digest)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE manifests;
