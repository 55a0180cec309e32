-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE baselines (
	id         BIGINT NOT NULL AUTO_INCREMENT,
	release_id VARBINARY(512) NOT NULL,
	at         BIGINT NOT NULL,
	by_whom    MEDIUMBLOB NOT NULL,
	file       MEDIUMBLOB NOT NULL,
	undone     BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (id),
	KEY baselines_of_release (release_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE baselines;
