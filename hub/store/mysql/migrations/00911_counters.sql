-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE counters (
	instance_id VARBINARY(512) NOT NULL,
	release_id  VARBINARY(512) NOT NULL,
	covmeta     VARBINARY(512) NOT NULL,
	size        BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (instance_id),
	KEY counters_of_release (release_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE counters;
