-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE targets (
	number      BIGINT NOT NULL AUTO_INCREMENT,
	name        VARBINARY(512) NOT NULL,
	address     VARBINARY(512) NOT NULL,
	peer        MEDIUMBLOB NOT NULL,
	instance_id VARBINARY(512) NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (number),
	UNIQUE KEY targets_of_name (name, address),
	KEY targets_of_instance (instance_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE targets;
