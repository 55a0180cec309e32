-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE asks (
	instance_id VARBINARY(512) NOT NULL,
	release_id  VARBINARY(512) NOT NULL,
	at          BIGINT NOT NULL,
	told        BIGINT NOT NULL,
	PRIMARY KEY (instance_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE asks;
