package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"github.com/goat-trace/goat/hub/agents/goat"
	"github.com/goat-trace/goat/hub/agents/gocv1"
	"github.com/goat-trace/goat/hub/agents/gocv2"
	"github.com/goat-trace/goat/hub/api"
	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/hub/notify"
	"github.com/goat-trace/goat/hub/portal"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/review"
	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/rows"
	"github.com/goat-trace/goat/hub/store/source"
	tracecalls "github.com/goat-trace/goat/hub/trace/calls"
	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/trace/store"
	"github.com/goat-trace/goat/hub/wire"
	"github.com/goat-trace/goat/internal/config"
)

// Config configures a server.
type Config struct {
	Root       string            // directory of the database and the blobs
	Database   database.Database // nil: a file in Root
	Blobs      string            // s3://…; "" for Root
	TraceDB    string            // URL of the database of recorded runs; "" is a file in Root
	Traces     runs.Retention
	TraceRows  int        // runs of up to so many steps are also kept as rows
	ReportAddr string     // portal, report API, /api/v1
	CenterAddr string     // for goc's agents and commands; "" for none
	TokenFile  string     // "" for none
	TLS        auth.Files // of the report listener
	Addresses  auth.Addresses
	AgentLimit time.Duration // for a call to an agent of goc's; 15 s
	Ping       time.Duration // how often connections of goc's agents are looked after; 15 s
	Pull       time.Duration // how often a service is pulled while its coverage changes; default 20 min
	Lease      time.Duration
	Retention  fleet.Retention
	Repos      []string          // MODULE=ADDRESS of repositories with source
	RepoTokens map[string]string // token files for these repositories, by host
	Keep       time.Duration     // how long a report may be served again; default 15 min
	Notify     string            // settings file of notifications; "" for none
	Look       time.Duration     // how often gates are looked at; default 30 s
	Gate       []string          // rules of releases whose goat.yaml has none
	Measure    time.Duration     // how often a release is measured; default 1 min
	Drain      time.Duration     // how long requests may take to end at shutdown
	Log        *slog.Logger
}

// agentLimit is how long a call to a goc agent may take, unless the configuration
// says otherwise.
const agentLimit = 15 * time.Second

// Server is a running hub.
type Server struct {
	config  Config
	store   *rows.Store
	places  *places
	report  *http.Server
	addr    net.Addr
	center  *http.Server // may be nil
	gocAddr net.Addr
	failed  chan error
	fleet   *fleet.Fleet
	book    *auth.Book

	gocAgents *gocv1.Agents
	gocV2     *gocv2.Handler // nil without a center

	reports      *reports.Reports
	repositories *reports.Repositories
	judge        *judge.Judge
	notify       *notify.Notifier
	reviews      *review.Reviews

	traceStore *store.Store
	traces     *runs.Keeper

	patterns []string // of the report listener's routes

	draining atomic.Bool

	stopJobs context.CancelFunc
	jobs     sync.WaitGroup
}

func (s *Server) open(ctx context.Context) (err error) {
	db := s.config.Database
	if db == nil {
		if db, err = database.Named(database.SQLite, s.config.Root, ""); err != nil {
			return err
		}
	}
	if s.store, err = db.Open(ctx); err != nil {
		return err
	}
	if s.traceStore, err = store.Open(ctx, cmp.Or(s.config.TraceDB, traceURL(database.SQLite, "", s.config.Root))); err != nil {
		return err
	}
	if s.traces, err = runs.New(s.traceStore, s.config.Log); err != nil {
		return err
	}
	if s.places, err = openPlaces(ctx, s.config.Root, s.config.Blobs, s.config.Log); err != nil {
		return err
	}
	s.gocAgents = gocv1.NewAgents(&s.config.Addresses, cmp.Or(s.config.AgentLimit, agentLimit))
	s.fleet = fleet.New(fleet.Options{
		Store: s.store, Blobs: s.places.blobs, Files: s.places.histories, Lease: s.config.Lease, Log: s.config.Log,
		Probers:  map[fleet.Agent]fleet.Prober{fleet.AgentGocV1: s.gocAgents},
		Pullers:  map[fleet.Agent]fleet.Puller{fleet.AgentGocV1: s.gocAgents},
		Schedule: jobs.SchedulePull(s.store),
		Splay:    min(30*time.Second, cmp.Or(s.config.Pull, jobs.PullInterval)/40),
	})
	repos, err := reports.OpenRepositories(s.config.Root, s.config.Repos, source.Options{TokenFiles: s.config.RepoTokens, Log: s.config.Log})
	if err != nil {
		return err
	}
	s.repositories = repos
	s.reports = reports.New(reports.Options{Fleet: s.fleet, Repositories: repos, Keep: s.config.Keep, Log: s.config.Log})
	s.fleet.SetKeeper(s.reports)
	if _, err := config.GateRules(s.config.Gate); err != nil {
		return fmt.Errorf("reading --gate: %w", err)
	}
	s.judge = judge.New(judge.Options{Fleet: s.fleet, Repositories: repos, Rules: s.config.Gate, Log: s.config.Log})
	settings := &notify.Settings{}
	if s.config.Notify != "" {
		if settings, err = notify.ReadSettings(s.config.Notify); err != nil {
			return err
		}
	}
	s.notify = &notify.Notifier{Fleet: s.fleet, Judge: s.judge, Settings: settings, Every: cmp.Or(s.config.Look, 30*time.Second), Log: s.config.Log}
	s.reviews = review.New(review.Options{Fleet: s.fleet, Judge: s.judge, Repositories: repos, Log: s.config.Log})
	return nil
}

// startJobs starts what the hub does by itself.
func (s *Server) startJobs(ctx context.Context) error {
	for kind, after := range map[string]time.Duration{jobs.KindWatchDog: s.fleet.WatchInterval(), jobs.KindRetention: time.Minute, jobs.KindLook: 0, notify.KindLook: 0, runs.KindRows: 0, runs.KindRetention: time.Minute} {
		if err := s.store.Schedule(ctx, kind, "", "", after); err != nil {
			return err
		}
	}
	pull := cmp.Or(s.config.Pull, jobs.PullInterval)
	if err := s.store.Spread(ctx, jobs.KindPull, time.Minute, pull/4); err != nil {
		return err
	}
	runner := &jobs.Runner{
		Store: s.store, Workers: 4, Lease: time.Minute, Poll: min(time.Second, s.fleet.WatchInterval()), Log: s.config.Log,
		Handlers: map[string]jobs.Handler{
			jobs.KindWatchDog:  jobs.WatchDog(s.fleet),
			jobs.KindRetention: jobs.Retention(s.fleet, s.config.Retention),
			runs.KindRows:      runs.RowsJob(s.traces, uint64(max(s.config.TraceRows, 0))),
			runs.KindRetention: runs.RetentionJob(s.traces, s.config.Traces, s.config.Log),
			jobs.KindLook:      jobs.Look(s.fleet, s.store, cmp.Or(s.config.Measure, time.Minute)),
			jobs.KindMeasure:   jobs.Measure(s.fleet),
			jobs.KindPull:      jobs.Pull(s.fleet, pull),
			notify.KindLook:    s.notify.Look,
		},
	}
	deliveries := &jobs.Runner{ // of its own, so that a webhook that hangs holds up nothing else
		Store: s.store, Workers: 4, Lease: 2 * time.Minute, Poll: time.Second, Log: s.config.Log,
		Handlers: map[string]jobs.Handler{notify.KindDeliver: s.notify.Deliver},
	}
	running, stop := context.WithCancel(context.Background())
	s.stopJobs = stop
	s.jobs.Go(func() { runner.Run(running) })
	s.jobs.Go(func() { deliveries.Run(running) })
	s.jobs.Go(func() { s.fleet.LookForAsks(running) })
	s.jobs.Go(func() { s.traces.LookForNews(running) })
	return nil
}

// Failed returns a channel that receives the error of a broken listener.
func (s *Server) Failed() <-chan error { return s.failed }

// Shutdown accepts no new requests, waits for running ones, ends the jobs, and
// closes the store.
func (s *Server) Shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Drain)
	defer cancel()
	s.draining.Store(true)
	s.stopJobs()
	if s.gocV2 != nil {
		s.gocV2.Close()
	}
	s.reviews.EndWatches()
	var errs []error
	for _, server := range []*http.Server{s.center, s.report} {
		if server == nil {
			continue
		}
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("waiting for requests: %w", err), server.Close())
		}
	}
	s.jobs.Wait()
	s.reports.Close()
	s.reviews.Close()
	s.judge.Close()
	return errors.Join(append(errs, s.close())...)
}

func (s *Server) close() error {
	var errs []error
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.traceStore != nil {
		errs = append(errs, s.traceStore.Close())
	}
	if s.places != nil {
		errs = append(errs, s.places.Close())
	}
	return errors.Join(errs...)
}

// routes returns the handler of all routes.
func (s *Server) routes(tokens *auth.Tokens, addr net.Addr) http.Handler {
	log := s.config.Log
	guard := auth.NewGuard(tokens, addr, log)
	f := s.fleet
	mux := &listedMux{ServeMux: http.NewServeMux()}
	goat.New(f, log).Routes(mux, guard.Require(auth.Push))
	calls := api.New(f, s.reports, s.judge, s.reviews, log)
	calls.Routes(mux, guard.Require)
	api.Compat{Handler: calls}.Routes(mux, guard.Require)
	tracecalls.New(s.traces, f, log).Routes(mux, guard.Require)
	stepPages{s.traces, mirrored{s.repositories}, true, log}.routes(mux, guard.Require)
	portal.New(f, s.reports, s.judge, s.reviews, log).Routes(mux, guard.Require)
	agents := &agentCalls{fleet: f, addresses: &s.config.Addresses, book: s.book}
	mux.Handle("POST /api/v1/prestop", guard.Require(auth.Push)(wire.Handler(log, agents.prestop)))
	mux.Handle("GET /api/v1/unadmitted", guard.Require(auth.Admin)(wire.Handler(log, agents.unadmitted)))
	set, releases := metrics.NewSet(), &releaseSeries{fleet: f}
	mux.Handle("GET /metrics", guard.Require(auth.Read)(wire.Handler(log, releases.answer(set))))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.Handle("GET /readyz", wire.Handler(log, s.ready))
	s.patterns = mux.patterns
	return observed(set, http.NewCrossOriginProtection().Handler(mux))
}

// listedMux notes which patterns it has.
type listedMux struct {
	*http.ServeMux
	patterns []string
}

func (m *listedMux) Handle(pattern string, handler http.Handler) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.Handle(pattern, handler)
}

// ready reports whether the hub can work, for load balancers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if s.draining.Load() {
		return fleet.Errorf(fleet.Busy, "the hub is stopping")
	}
	if err := s.store.Ping(r.Context()); err != nil {
		s.config.Log.ErrorContext(r.Context(), "store does not answer", "error", err)
		return fleet.Errorf(fleet.Busy, "the store does not answer")
	}
	return wire.WriteJSON(w, map[string]string{"state": "ready"})
}
