-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX blocks_of_release ON blocks (release_id);

-- +goose Down
DROP INDEX blocks_of_release;
