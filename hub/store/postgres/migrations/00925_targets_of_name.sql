-- +goose NO TRANSACTION
-- +goose Up
CREATE UNIQUE INDEX targets_of_name ON targets (name, address);

-- +goose Down
DROP INDEX targets_of_name;
