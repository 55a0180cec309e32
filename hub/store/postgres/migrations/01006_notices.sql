-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE notices (
	name TEXT COLLATE "C" NOT NULL,
	at   BIGINT NOT NULL,
	PRIMARY KEY (name)
);

-- +goose Down
DROP TABLE notices;
