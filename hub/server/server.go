package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/goat-trace/goat/hub/agents/goat"
	"github.com/goat-trace/goat/hub/api"
	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/portal"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
	"github.com/goat-trace/goat/hub/store/sqlite"
)

// Config is what a server is started with.
type Config struct {
	Root       string // directory of the database and the blobs
	ReportAddr string // portal, report API, /api/v1
	TokenFile  string // "" for none
	Lease      time.Duration
	Drain      time.Duration // how long requests may take to end at shutdown
	Log        *slog.Logger
}

// Server is a running hub.
type Server struct {
	config Config
	store  *sqlite.Store
	blobs  *disk.Blobs
	report *http.Server
	addr   net.Addr
	failed chan error
}

// Start opens the store and listens. The server runs until Shutdown.
func Start(ctx context.Context, c Config) (*Server, error) {
	s := &Server{config: c, failed: make(chan error, 1)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	listener, err := net.Listen("tcp", c.ReportAddr)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening for reports: %w; choose another address with --report-addr", err), s.close())
	}
	handler, err := s.routes(listener.Addr())
	if err != nil {
		return nil, errors.Join(err, listener.Close(), s.close())
	}
	s.addr = listener.Addr()
	s.report = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := s.report.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serving %s: %w", s.addr, err)
		}
	}()
	c.Log.Info("hub is ready", "report", s.URL(), "root", c.Root)
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.store, err = sqlite.Open(ctx, filepath.Join(s.config.Root, "sqlite.db")); err != nil {
		return err
	}
	s.blobs, err = disk.Open(filepath.Join(s.config.Root, "blobs"))
	return err
}

// URL is where the report listener is reached.
func (s *Server) URL() string { return "http://" + s.addr.String() }

// Failed tells of a listener that broke.
func (s *Server) Failed() <-chan error { return s.failed }

// Shutdown takes no new requests, waits for those that run, and closes the store.
func (s *Server) Shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Drain)
	defer cancel()
	err := s.report.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("waiting for requests: %w", err), s.report.Close())
	}
	return errors.Join(err, s.close())
}

func (s *Server) close() error {
	var errs []error
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.blobs != nil {
		errs = append(errs, s.blobs.Close())
	}
	return errors.Join(errs...)
}

// routes puts the handlers together.
func (s *Server) routes(addr net.Addr) (http.Handler, error) {
	var tokens *auth.Tokens
	if s.config.TokenFile != "" {
		var err error
		if tokens, err = auth.ReadTokens(s.config.TokenFile); err != nil {
			return nil, err
		}
	}
	log := s.config.Log
	guard := auth.NewGuard(tokens, addr, log)
	f := fleet.New(fleet.Options{Store: s.store, Blobs: s.blobs, Lease: s.config.Lease, Log: log})
	mux := http.NewServeMux()
	goat.New(f, log).Routes(mux, guard.Require(auth.Push))
	api.New(f, log).Routes(mux, guard.Require(auth.Read))
	portal.New(f, log).Routes(mux, guard.Require(auth.Read))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return http.NewCrossOriginProtection().Handler(mux), nil
}
