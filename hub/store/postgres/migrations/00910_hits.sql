-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE hits (
	build_id    TEXT COLLATE "C" NOT NULL,
	point       BIGINT NOT NULL,
	first       BIGINT NOT NULL,
	instance_id TEXT COLLATE "C" NOT NULL,
	route       TEXT COLLATE "C" NOT NULL,
	last_day    BIGINT NOT NULL,
	PRIMARY KEY (build_id, point)
);

-- +goose Down
DROP TABLE hits;
