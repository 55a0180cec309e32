-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE gates (
	release_id TEXT COLLATE "C" NOT NULL,
	verdict    TEXT COLLATE "C" NOT NULL,
	why        TEXT COLLATE "C" NOT NULL,
	covered    BIGINT NOT NULL,
	missing    BIGINT NOT NULL,
	excused    BIGINT NOT NULL,
	since      BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (release_id)
);

-- +goose Down
DROP TABLE gates;
