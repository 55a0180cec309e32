-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX builds_of_release ON builds (release_id);

-- +goose Down
DROP INDEX builds_of_release;
