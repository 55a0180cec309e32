-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE builds (
	id         TEXT COLLATE "C" NOT NULL,
	release_id TEXT COLLATE "C" NOT NULL,
	manifest   TEXT COLLATE "C" NOT NULL,
	points     BIGINT NOT NULL,
	go         TEXT COLLATE "C" NOT NULL,
	os         TEXT COLLATE "C" NOT NULL,
	arch       TEXT COLLATE "C" NOT NULL,
	goat       TEXT COLLATE "C" NOT NULL,
	first_seen BIGINT NOT NULL,
	ran        BIGINT NOT NULL,
	covered    BYTEA NOT NULL,
	PRIMARY KEY (id)
);

-- +goose Down
DROP TABLE builds;
