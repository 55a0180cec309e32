-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX targets_of_instance ON targets (instance_id);

-- +goose Down
DROP INDEX targets_of_instance;
