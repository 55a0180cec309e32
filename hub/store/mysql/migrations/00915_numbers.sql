-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE numbers (
	name VARBINARY(512) NOT NULL,
	n    BIGINT NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE numbers;
