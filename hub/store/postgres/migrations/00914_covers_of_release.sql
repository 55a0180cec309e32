-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX covers_of_release ON covers (release_id, id);

-- +goose Down
DROP INDEX covers_of_release;
