-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE pulls (
	service_id VARBINARY(512) NOT NULL,
	begun      BIGINT NOT NULL,
	asked      BIGINT NOT NULL,
	step       BIGINT NOT NULL,
	PRIMARY KEY (service_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE pulls;
