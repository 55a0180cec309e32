-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE services (
	id         TEXT COLLATE "C" NOT NULL,
	env        TEXT COLLATE "C" NOT NULL,
	region     TEXT COLLATE "C" NOT NULL,
	app_type   TEXT COLLATE "C" NOT NULL,
	app        TEXT COLLATE "C" NOT NULL,
	cluster    TEXT COLLATE "C" NOT NULL,
	main       TEXT COLLATE "C" NOT NULL,
	first_seen BIGINT NOT NULL,
	PRIMARY KEY (id)
);

-- +goose Down
DROP TABLE services;
