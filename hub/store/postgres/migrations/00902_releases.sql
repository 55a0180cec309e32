-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE releases (
	id           TEXT COLLATE "C" NOT NULL,
	service_id   TEXT COLLATE "C" NOT NULL,
	revision     TEXT COLLATE "C" NOT NULL,
	branch       TEXT COLLATE "C" NOT NULL,
	git_commit   TEXT COLLATE "C" NOT NULL,
	version      TEXT COLLATE "C" NOT NULL,
	dirty        BIGINT NOT NULL,
	first_seen   BIGINT NOT NULL,
	latest_cover BIGINT NOT NULL DEFAULT 0,
	counted      BIGINT NOT NULL DEFAULT 0,
	measured_at  BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (id)
);

-- +goose Down
DROP TABLE releases;
