package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/folder"
	"github.com/goat-trace/goat/hub/trace/graph"
	"github.com/goat-trace/goat/hub/trace/pages"
	"github.com/goat-trace/goat/hub/trace/relations"
	"github.com/goat-trace/goat/hub/wire"
	"github.com/goat-trace/goat/internal/traceview"
)

// followed is how often a subscription asks whether more of a run has come.
const followed = time.Second

// stepPages are the pages of recorded steps and /graphql.
type stepPages struct {
	store  trace.Reader
	source pages.Source
	home   bool // beside the hub's other pages
	log    *slog.Logger
}

// routes registers them. Require admits only those with a role; nil admits everybody.
func (s stepPages) routes(mux wire.Mux, require func(auth.Role) func(http.Handler) http.Handler) {
	engine := relations.New(s.store, memoryForTraces)
	pages.New(engine, s.source, s.home, s.log).Routes(mux, require)
	asked := graph.Handler(engine, followed, s.log)
	if require != nil {
		asked = require(auth.Read)(asked)
	}
	mux.Handle("POST /graphql", asked)
}

// mirrored reads source from the hub's mirrors of repositories.
type mirrored struct{ repositories *reports.Repositories }

// File implements pages.Source.
func (m mirrored) File(ctx context.Context, module, commit, file string) ([]byte, error) {
	name := module + "/" + file
	tree, err := m.repositories.Open(ctx, commit, name)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return tree.Source(ctx, name)
}

// worked reads source from a work tree.
type worked struct {
	mu     sync.Mutex
	source *traceview.Source
}

// File implements pages.Source.
func (w *worked) File(_ context.Context, module, _, file string) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := w.source.Lines(module, file)
	if lines == nil {
		return nil, fmt.Errorf("%s of %s is not in the directory that was named; start goat-hub trace look in the module's work tree, or with --src", file, module)
	}
	return []byte(strings.Join(lines, "\n")), nil
}

func lookCommand(getenv func(string) string) *cobra.Command {
	var o whyOptions
	address := "127.0.0.1:0"
	c := &cobra.Command{
		Use:   "look [DIR]",
		Short: "Show recorded runs of a directory in the browser, on this machine alone",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			name := "1"
			if len(args) == 1 {
				o.dir = args[0]
			}
			dir, _, err := o.runsIn(name, getenv)
			if err != nil {
				return err
			}
			store, err := folder.Open(dir)
			if err != nil {
				return failure{err}
			}
			src, err := filepath.Abs(o.source)
			if err != nil {
				return failure{err}
			}
			log := slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
			shown := stepPages{store, &worked{source: traceview.NewSource(src)}, false, log}
			return shown.lookAt(c.Context(), c.OutOrStdout(), address)
		},
	}
	c.Flags().StringVar(&o.source, "src", ".", "directory of the source")
	c.Flags().StringVar(&address, "addr", address, "address to listen on; only this machine's are allowed")
	return c
}

// lookAt serves the pages until it is interrupted.
func (s stepPages) lookAt(ctx context.Context, out io.Writer, address string) error {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("--addr=%s is no loopback address with a port, as in 127.0.0.1:8090: the pages show the values of a program to everybody who reaches them", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return failure{err}
	}
	mux := http.NewServeMux()
	s.routes(mux, nil)
	server := &http.Server{Handler: localOnly(listener.Addr().String(), http.NewCrossOriginProtection().Handler(mux)), ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintf(out, "http://%s/traces\n", listener.Addr())
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Close() // what is being read can be read again
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return failure{err}
	}
	return nil
}

// localOnly refuses requests by another name than the address: a page of a stranger
// could otherwise name this machine and read what is shown.
func localOnly(address string, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(address)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, p, err := net.SplitHostPort(r.Host)
		if err != nil || p != port || host != "localhost" && net.ParseIP(host) == nil {
			http.Error(w, "the address has another host than this machine's: use http://"+address, http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
