-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX tests_of_module ON tests (module, at);

-- +goose Down
DROP INDEX tests_of_module;
