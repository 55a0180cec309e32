-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE tests (
	id         TEXT COLLATE "C" NOT NULL,
	module     TEXT COLLATE "C" NOT NULL,
	name       TEXT COLLATE "C" NOT NULL,
	url        TEXT COLLATE "C" NOT NULL,
	git_commit TEXT COLLATE "C" NOT NULL,
	branch     TEXT COLLATE "C" NOT NULL,
	points     BIGINT NOT NULL,
	covered    BIGINT NOT NULL,
	scope      TEXT COLLATE "C" NOT NULL,
	by_whom    TEXT COLLATE "C" NOT NULL,
	at         BIGINT NOT NULL,
	ran        BYTEA NOT NULL,
	PRIMARY KEY (id)
);

-- +goose Down
DROP TABLE tests;
