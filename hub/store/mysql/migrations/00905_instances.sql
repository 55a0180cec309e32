-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE instances (
	id          VARBINARY(512) NOT NULL,
	build_id    VARBINARY(512) NOT NULL,
	release_id  VARBINARY(512) NOT NULL,
	agent       MEDIUMBLOB NOT NULL,
	host        MEDIUMBLOB NOT NULL,
	pod         MEDIUMBLOB NOT NULL,
	pid         BIGINT NOT NULL,
	address     VARBINARY(512) NOT NULL,
	short       BIGINT NOT NULL,
	covmeta     VARBINARY(512) NOT NULL,
	started     BIGINT NOT NULL,
	registered  BIGINT NOT NULL,
	seen        BIGINT NOT NULL,
	lease_until BIGINT NOT NULL,
	state       VARBINARY(512) NOT NULL,
	since       BIGINT NOT NULL,
	measured    BIGINT NOT NULL,
	probes      BIGINT NOT NULL,
	acked       BIGINT NOT NULL,
	covered     LONGBLOB NOT NULL,
	PRIMARY KEY (id),
	KEY instances_of_release (release_id, state, measured)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- +goose Down
DROP TABLE instances;
