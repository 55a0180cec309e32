-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE instances (
	id          TEXT COLLATE "C" NOT NULL,
	build_id    TEXT COLLATE "C" NOT NULL,
	release_id  TEXT COLLATE "C" NOT NULL,
	agent       TEXT COLLATE "C" NOT NULL,
	host        TEXT COLLATE "C" NOT NULL,
	pod         TEXT COLLATE "C" NOT NULL,
	pid         BIGINT NOT NULL,
	address     TEXT COLLATE "C" NOT NULL,
	short       BIGINT NOT NULL,
	covmeta     TEXT COLLATE "C" NOT NULL,
	started     BIGINT NOT NULL,
	registered  BIGINT NOT NULL,
	seen        BIGINT NOT NULL,
	lease_until BIGINT NOT NULL,
	state       TEXT COLLATE "C" NOT NULL,
	since       BIGINT NOT NULL,
	measured    BIGINT NOT NULL,
	probes      BIGINT NOT NULL,
	acked       BIGINT NOT NULL,
	covered     BYTEA NOT NULL,
	PRIMARY KEY (id)
);

-- +goose Down
DROP TABLE instances;
