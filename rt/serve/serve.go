package serve

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/file"
	"github.com/goat-trace/goat/rt/push"
	"github.com/goat-trace/goat/rt/warning"
)

// Start records the main package's manifest and serves in the background. It
// returns true at once, because generated code calls it in an initialiser of
// main. A program has one server: later calls do nothing.
//
// It reads the variables before it returns, because the program may change its
// environment and directory later. In a privileged program (rt.Privileged), and
// with GOAT=off, it only records the manifest.
func Start(mainMeta string) bool {
	file.StartFlushing(mainMeta)
	if started.CompareAndSwap(false, true) && !rt.Privileged() && !rt.Off() {
		s, err := newSettings(os.Getenv)
		s.outputs = []*os.File{os.Stdout, os.Stderr}
		push.Begin(ownURL)
		go run(s, err)
	}
	return true
}

// Flush is the program's end: the points are written to GOAT_DIR for the last time,
// see rt/file, and pushed if GOAT_HUB_WAIT says so.
func Flush() {
	file.Flush()
	push.End()
}

var started atomic.Bool

// served is the address that is listened on; nil before, and where an ancestor
// serves.
var served atomic.Pointer[string]

// ownURL is where people find this process, "" if nowhere.
func ownURL() string {
	if address := served.Load(); address != nil {
		return "http://" + *address
	}
	return ""
}

// run only returns when the server does not serve. It reports all errors,
// including those in the settings, because by now the application may have set
// a logger.
func run(s settings, err error) {
	defer func() { _ = recover() }()
	if err != nil {
		warning.Say("goat does not serve", err)
		return
	}
	l, err := listen(s)
	if err != nil {
		warning.Say("goat does not serve", err)
		return
	}
	if l == nil {
		return // an ancestor serves
	}
	rt.Observe()
	address := l.Addr().String()
	served.Store(&address)
	go tell(s, address) // it may wait for whoever reads
	handler := newServer(s)
	if s.pushAddress != "" {
		go servePushOnly(handler)
	}
	l = &connections{Listener: l, most: mostConnections, budget: handler.budget}
	if err := newHTTPServer(handler).Serve(l); err != nil {
		warning.Say("goat stopped serving", err)
	}
}

// servePushOnly serves /push on an address of its own. It never returns while it
// serves.
func servePushOnly(s *server) {
	defer func() { _ = recover() }()
	l, err := net.Listen("tcp", s.pushAddress)
	if err != nil {
		warning.Say("goat does not serve /push", warning.Error{
			Err:        err,
			Attributes: []any{"GOAT_PUSH_ADDR", s.pushAddress, "error", err.Error()},
			Next:       "set GOAT_PUSH_ADDR to a free port of this host, such as 0.0.0.0:57006",
		})
		return
	}
	l = &connections{Listener: l, most: mostConnections, budget: s.budget}
	if err := newHTTPServer(pushOnly{s}).Serve(l); err != nil {
		warning.Say("goat stopped serving /push", err)
	}
}

// newHTTPServer shares nothing with the application: it has its own handler, no
// error log, and time limits, so that a silent client holds nothing for long.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ConnContext:       withConnection,
		ReadHeaderTimeout: 3 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      longestAnswer,
		IdleTimeout:       5 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),

		DisableGeneralOptionsHandler: true, // the handler's checks also apply to "OPTIONS *"
	}
}

// listen opens the listener. It returns nil if an ancestor serves and the
// program has to keep quiet.
func listen(s settings) (net.Listener, error) {
	l, err := net.Listen("tcp", s.address)
	if err == nil {
		return l, nil
	}
	switch holder(s.address) {
	case sameMain:
		return listenAfter(s), nil
	case otherMain:
		return nil, nil
	}
	return nil, warning.Error{
		Err:        err,
		Attributes: []any{"address", s.address, "error", err.Error()},
		Next:       "set GOAT_PORT to a free port, or to 0 and GOAT_PORT_FILE to learn which, and GOAT_METRICS_IP to an address of this host",
	}
}

// listenAfter tries until the ancestor that holds the address has ended.
func listenAfter(s settings) net.Listener {
	const longest = 10 * time.Second
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, longest) {
		time.Sleep(pause)
		if l, err := net.Listen("tcp", s.address); err == nil {
			return l
		}
	}
}
