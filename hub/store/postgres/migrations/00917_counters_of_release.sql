-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX counters_of_release ON counters (release_id, at);

-- +goose Down
DROP INDEX counters_of_release;
