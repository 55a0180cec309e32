-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE counters (
	instance_id TEXT COLLATE "C" NOT NULL,
	release_id  TEXT COLLATE "C" NOT NULL,
	covmeta     TEXT COLLATE "C" NOT NULL,
	size        BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (instance_id)
);

-- +goose Down
DROP TABLE counters;
