-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE goc_agents (
	id          BIGINT NOT NULL AUTO_INCREMENT,
	token       MEDIUMBLOB NOT NULL,
	instance_id VARBINARY(512) NOT NULL,
	host        MEDIUMBLOB NOT NULL,
	command     MEDIUMBLOB NOT NULL,
	pid         MEDIUMBLOB NOT NULL,
	extra       MEDIUMBLOB NOT NULL,
	rpc         MEDIUMBLOB NOT NULL,
	watch       MEDIUMBLOB NOT NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE goc_agents;
