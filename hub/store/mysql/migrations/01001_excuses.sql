-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE excuses (
	id         BIGINT NOT NULL AUTO_INCREMENT,
	service_id VARBINARY(512) NOT NULL,
	stable_id  MEDIUMBLOB NOT NULL,
	place      MEDIUMBLOB NOT NULL,
	reason     MEDIUMBLOB NOT NULL,
	person     MEDIUMBLOB NOT NULL,
	until      BIGINT NOT NULL,
	at         BIGINT NOT NULL,
	by_whom    MEDIUMBLOB NOT NULL,
	PRIMARY KEY (id),
	KEY excuses_of_service (service_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE excuses;
