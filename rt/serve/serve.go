package serve

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/file"
)

// Start records the main package's manifest and serves in the background. It
// returns true at once; generated code calls it in an initialiser of main. A
// program has one server: later calls do nothing.
//
// The variables are read before it returns: afterwards the program may change
// its environment and directory.
func Start(mainMeta string) bool {
	file.Start(mainMeta)
	if started.CompareAndSwap(false, true) {
		s, err := newSettings(os.Getenv)
		s.outputs = []*os.File{os.Stdout, os.Stderr}
		go run(s, err)
	}
	return true
}

// Flush writes the points to GOAT_DIR, see rt/file.
func Flush() { file.Flush() }

var started atomic.Bool

// run never returns while the server serves. Whatever goes wrong stays here,
// what is wrong with the settings too: by now the application may have a logger.
func run(s settings, err error) {
	defer func() { _ = recover() }()
	if err != nil {
		warn("goat does not serve", err)
		return
	}
	l, err := listen(s)
	if err != nil {
		warn("goat does not serve", err)
		return
	}
	if l == nil {
		return // an ancestor serves
	}
	rt.Observe()
	if err := announce(s, l.Addr().String()); err != nil {
		warn("goat serves without telling its address", err)
	}
	if err := newServer(s).Serve(l); err != nil {
		warn("goat stopped serving", err)
	}
}

// newServer leaves nothing of the application's: a mux of its own, no error
// log, and time limits, so that a silent client holds nothing for long.
func newServer(s settings) *http.Server {
	return &http.Server{
		Handler:           newHandler(s),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute, // a scraper comes again within it
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
}

// listen opens the listener, or returns nil when an ancestor serves and the
// program is to keep quiet.
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
	return nil, setupError{
		err:        err,
		attributes: []any{"address", s.address, "error", err.Error()},
		next:       "set GOAT_PORT to a free port, or to 0 and GOAT_PORT_FILE to learn which, and GOAT_METRICS_IP to an address of this host",
	}
}

// listenAfter tries until the ancestor that holds the address has gone.
func listenAfter(s settings) net.Listener {
	const longest = 10 * time.Second
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, longest) {
		time.Sleep(pause)
		if l, err := net.Listen("tcp", s.address); err == nil {
			return l
		}
	}
}

// announce writes the address to the port file, whole or not at all.
func announce(s settings, address string) error {
	if s.portFile == "" {
		return nil
	}
	if err := s.writePortFile(address + "\n"); err != nil {
		return setupError{
			err:        err,
			attributes: []any{"GOAT_PORT_FILE", s.portFile, "address", address, "error", err.Error()},
			next:       "set GOAT_PORT_FILE to a file in a directory that the program may write",
		}
	}
	return nil
}

// writePortFile replaces the file. What the application's output goes to, such as
// /dev/stderr also behind a redirection, and what is no regular file is written
// to and not replaced.
func (s settings) writePortFile(text string) error {
	info, err := os.Stat(s.portFile)
	if err != nil {
		return replaceFile(s.portFile, text)
	}
	for _, output := range s.outputs {
		if own, err := output.Stat(); err == nil && os.SameFile(info, own) {
			_, err := output.WriteString(text)
			return err
		}
	}
	if !info.Mode().IsRegular() {
		return os.WriteFile(s.portFile, []byte(text), 0o644)
	}
	return replaceFile(s.portFile, text)
}

func replaceFile(name, text string) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".goat-port-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644) // CreateTemp's 0600 is not for another user's scraper
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
