package edits

import (
	"context"
	"os"
	"testing"
)

// TestPairs holds diffsrc against generated pairs of programs, in real
// repositories.
func TestPairs(t *testing.T) {
	t.Parallel()
	Run(t, 500, func(t *testing.T) Checker {
		return func(cases []*Case, precisions ...int) ([]Result, error) {
			dir, err := os.MkdirTemp(t.TempDir(), "")
			if err != nil {
				return nil, err
			}
			defer os.RemoveAll(dir)
			return Check(context.Background(), dir, cases, precisions...)
		}
	})
}
