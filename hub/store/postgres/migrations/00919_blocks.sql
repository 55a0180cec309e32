-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE blocks (
	instance_id TEXT COLLATE "C" NOT NULL,
	release_id  TEXT COLLATE "C" NOT NULL,
	generation  BIGINT NOT NULL,
	digest      TEXT COLLATE "C" NOT NULL,
	file        TEXT COLLATE "C" NOT NULL,
	size        BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (instance_id)
);

-- +goose Down
DROP TABLE blocks;
