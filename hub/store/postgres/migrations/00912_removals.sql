-- How often rows have been removed that writers may remember.

-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE removals (
	n BIGINT NOT NULL
);

-- +goose Down
DROP TABLE removals;
