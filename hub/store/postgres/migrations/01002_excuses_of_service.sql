-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX excuses_of_service ON excuses (service_id, id);

-- +goose Down
DROP INDEX excuses_of_service;
