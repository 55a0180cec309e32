-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE hits (
	build_id    VARBINARY(512) NOT NULL,
	point       BIGINT NOT NULL,
	first       BIGINT NOT NULL,
	instance_id VARBINARY(512) NOT NULL,
	route       MEDIUMBLOB NOT NULL,
	last_day    BIGINT NOT NULL,
	PRIMARY KEY (build_id, point)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE hits;
