-- A history of measurements.

-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE covers (
	id         BIGINT NOT NULL AUTO_INCREMENT,
	release_id VARBINARY(512) NOT NULL,
	at         BIGINT NOT NULL,
	addresses  MEDIUMBLOB NOT NULL,
	file       MEDIUMBLOB NOT NULL,
	total      DOUBLE NOT NULL,
	digest     MEDIUMBLOB NOT NULL,
	PRIMARY KEY (id),
	KEY covers_of_release (release_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE covers;
