-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE manifests (
	digest     TEXT COLLATE "C" NOT NULL,
	points     BIGINT NOT NULL,
	size       BIGINT NOT NULL,
	first_seen BIGINT NOT NULL,
	PRIMARY KEY (digest)
);

-- +goose Down
DROP TABLE manifests;
