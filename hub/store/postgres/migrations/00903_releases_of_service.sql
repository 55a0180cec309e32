-- +goose NO TRANSACTION
-- +goose Up
CREATE UNIQUE INDEX releases_of_service ON releases (service_id, revision);

-- +goose Down
DROP INDEX releases_of_service;
