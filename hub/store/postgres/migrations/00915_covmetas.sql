-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE covmetas (
	digest     TEXT COLLATE "C" NOT NULL,
	size       BIGINT NOT NULL,
	first_seen BIGINT NOT NULL,
	PRIMARY KEY (digest)
);

-- +goose Down
DROP TABLE covmetas;
