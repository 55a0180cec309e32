package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/goat-trace/goat/hub/auth"
)

// listen opens the listeners and serves them.
func (s *Server) listen() (err error) {
	var tokens *auth.Tokens
	if s.config.TokenFile != "" {
		if tokens, err = auth.ReadTokens(s.config.TokenFile); err != nil {
			return err
		}
	}
	secured, err := s.config.TLS.Config(s.config.Log)
	if err != nil {
		return err
	}
	report, err := net.Listen("tcp", s.config.ReportAddr)
	if err != nil {
		return fmt.Errorf("listening for reports: %w; choose another address with --report-addr", err)
	}
	s.addr = report.Addr()
	if s.config.CenterAddr != "" {
		center, err := net.Listen("tcp", s.config.CenterAddr)
		if err != nil {
			err = fmt.Errorf("listening for goc's agents: %w; choose another address with --center-addr, or none with --center-addr=", err)
			return errors.Join(err, report.Close())
		}
		s.gocAddr = center.Addr()
		s.center = s.serve(center, s.centerRoutes(tokens, s.gocAddr), nil)
	}
	routes := s.routes(tokens, s.addr)
	if s.config.TLS.ClientCA != "" {
		routes = auth.Certified(routes, s.config.Log)
	}
	s.report = s.serve(report, routes, secured)
	return nil
}

// serve serves a listener until it is shut down, with TLS if secured is not nil.
func (s *Server) serve(listener net.Listener, handler http.Handler, secured *tls.Config) *http.Server {
	server := &http.Server{
		Handler:           handler,
		TLSConfig:         secured,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
	run := func() error { return server.Serve(listener) }
	if secured != nil {
		run = func() error { return server.ServeTLS(listener, "", "") }
	}
	go func() {
		if err := run(); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serving %s: %w", listener.Addr(), err)
		}
	}()
	return server
}

// URL returns the address of the report listener.
func (s *Server) URL() string {
	if s.config.TLS != (auth.Files{}) {
		return "https://" + s.addr.String()
	}
	return "http://" + s.addr.String()
}

// CenterURL returns the address for goc's agents and commands, or "".
func (s *Server) CenterURL() string {
	if s.gocAddr == nil {
		return ""
	}
	return "http://" + s.gocAddr.String()
}
