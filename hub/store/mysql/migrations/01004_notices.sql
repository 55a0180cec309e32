-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE notices (
	name VARBINARY(512) NOT NULL,
	at   BIGINT NOT NULL,
	PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE notices;
