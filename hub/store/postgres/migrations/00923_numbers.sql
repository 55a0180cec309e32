-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE numbers (
	name TEXT COLLATE "C" NOT NULL,
	n    BIGINT NOT NULL,
	PRIMARY KEY (name)
);

-- +goose Down
DROP TABLE numbers;
