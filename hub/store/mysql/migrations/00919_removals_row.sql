-- +goose NO TRANSACTION
-- +goose Up
INSERT INTO removals (n) VALUES (0);

-- +goose Down
DELETE FROM removals;
