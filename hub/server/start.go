package server

import (
	"context"
	"errors"

	"github.com/goat-trace/goat/hub/auth"
)

// Start opens the store and listens. The server runs until Shutdown.
func Start(ctx context.Context, c Config) (*Server, error) {
	s := &Server{config: c, failed: make(chan error, 2), stopJobs: func() {}, book: &auth.Book{}}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.startJobs(ctx); err != nil {
		return nil, errors.Join(err, s.Shutdown())
	}
	c.Log.Info("hub is ready", "report", s.URL(), "center", s.CenterURL(), "root", c.Root)
	return s, nil
}
