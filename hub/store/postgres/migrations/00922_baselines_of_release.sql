-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX baselines_of_release ON baselines (release_id, id);

-- +goose Down
DROP INDEX baselines_of_release;
