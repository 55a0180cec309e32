-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE asks (
	instance_id TEXT COLLATE "C" NOT NULL,
	release_id  TEXT COLLATE "C" NOT NULL,
	at          BIGINT NOT NULL,
	told        BIGINT NOT NULL,
	PRIMARY KEY (instance_id)
);

-- +goose Down
DROP TABLE asks;
