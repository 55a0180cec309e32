-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX builds_of_manifest ON builds (manifest);

-- +goose Down
DROP INDEX builds_of_manifest;
