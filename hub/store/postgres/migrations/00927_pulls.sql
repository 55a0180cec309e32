-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE pulls (
	service_id TEXT COLLATE "C" NOT NULL,
	begun      BIGINT NOT NULL,
	asked      BIGINT NOT NULL,
	step       BIGINT NOT NULL,
	PRIMARY KEY (service_id)
);

-- +goose Down
DROP TABLE pulls;
