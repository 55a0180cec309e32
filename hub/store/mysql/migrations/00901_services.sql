-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE services (
	id         VARBINARY(512) NOT NULL,
	env        MEDIUMBLOB NOT NULL,
	region     MEDIUMBLOB NOT NULL,
	app_type   MEDIUMBLOB NOT NULL,
	app        MEDIUMBLOB NOT NULL,
	cluster    MEDIUMBLOB NOT NULL,
	main       MEDIUMBLOB NOT NULL,
	first_seen BIGINT NOT NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE services;
