-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE tests (
	id         VARBINARY(512) NOT NULL,
	module     VARBINARY(512) NOT NULL,
	name       MEDIUMBLOB NOT NULL,
	url        MEDIUMBLOB NOT NULL,
	git_commit MEDIUMBLOB NOT NULL,
	branch     MEDIUMBLOB NOT NULL,
	points     BIGINT NOT NULL,
	covered    BIGINT NOT NULL,
	scope      MEDIUMBLOB NOT NULL,
	by_whom    MEDIUMBLOB NOT NULL,
	at         BIGINT NOT NULL,
	ran        LONGBLOB NOT NULL,
	PRIMARY KEY (id),
	KEY tests_of_module (module, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE tests;
