-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE jobs (
	kind        TEXT COLLATE "C" NOT NULL,
	name        TEXT COLLATE "C" NOT NULL,
	payload     TEXT COLLATE "C" NOT NULL,
	run_at      BIGINT NOT NULL,
	fence       BIGINT NOT NULL,
	asked       BIGINT NOT NULL,
	lease_until BIGINT NOT NULL,
	attempt     BIGINT NOT NULL,
	error       TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (kind, name)
);

-- +goose Down
DROP TABLE jobs;
