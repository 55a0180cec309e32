-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE blocks (
	instance_id VARBINARY(512) NOT NULL,
	release_id  VARBINARY(512) NOT NULL,
	generation  BIGINT NOT NULL,
	digest      MEDIUMBLOB NOT NULL,
	file        MEDIUMBLOB NOT NULL,
	size        BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (instance_id),
	KEY blocks_of_release (release_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE blocks;
