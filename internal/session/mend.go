package session

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/goat-trace/goat/diffsrc"
)

// mending returns a session that was read from the cache with lines that are
// computed again where the cache has lost or damaged them: a broken disk must
// cost time, not points.
func (s *Session) mending(ctx context.Context, in Input) *Session {
	kept := s.lines
	again := sync.OnceValues(func() (*Session, error) {
		fresh, _, err := Compute(ctx, in)
		if err == nil && fresh.ID != s.ID {
			err = errors.New("the work tree has changed since")
		}
		return fresh, err
	})
	s.lines = func(module, dir string) (diffsrc.ModuleLines, error) {
		lines, err := kept(module, dir)
		if err == nil {
			return lines, nil
		}
		in.Log.Warn("computing the line sets again", "reason", err.Error())
		fresh, freshErr := again()
		if freshErr != nil {
			return nil, fmt.Errorf("%w; computing them again: %w", err, freshErr)
		}
		return fresh.lines(module, dir)
	}
	return s
}
