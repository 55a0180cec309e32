-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE gates (
	release_id VARBINARY(512) NOT NULL,
	verdict    MEDIUMBLOB NOT NULL,
	why        MEDIUMBLOB NOT NULL,
	covered    BIGINT NOT NULL,
	missing    BIGINT NOT NULL,
	excused    BIGINT NOT NULL,
	since      BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (release_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE gates;
