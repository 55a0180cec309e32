-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX instances_of_release ON instances (release_id, state, measured);

-- +goose Down
DROP INDEX instances_of_release;
