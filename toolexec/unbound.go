package toolexec

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// A binary with tracking points and without the runtime runs as it should but
// shows nothing of what has run. Users must be told: by the link, because the
// go command shows its output and does not cache it.

// sayNotCounted tells the user that the binary lacks the runtime.
func (r *runner) sayNotCounted(reason error) {
	fmt.Fprintf(r.Stderr, "goat-exec: this binary has no runtime of goat's, and nothing of it is counted: %s; GOAT_LOG=FILE logs more, GOAT_STRICT=1 makes it an error\n",
		terminal.Text(reason.Error()))
}

// warnOfCache tells the user about a cache directory that cannot be trusted.
// The driver has already said so itself.
func (r *runner) warnOfCache() {
	if r.driven() {
		return
	}
	if warning := r.Cache().Warning; warning != "" {
		fmt.Fprintf(r.Stderr, "goat-exec: %s\n", terminal.Text(warning))
	}
}

// warnOfUnread tells the user what goat does not read, once for each go
// command. The driver has already said so itself.
func (r *runner) warnOfUnread() {
	in, err := r.sessionInput()
	if err != nil || r.driven() {
		return
	}
	sentences := append(config.UnknownVariables(os.Environ()), config.UnreadFiles(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})...)
	if len(sentences) == 0 || !session.First(in, "unread") {
		return
	}
	for _, s := range sentences {
		fmt.Fprintf(r.Stderr, "goat-exec: %s\n", terminal.Text(s))
	}
}

// linkUnbound links a main package that does not ask for the runtime. That is
// right for a test, or for one that is not among mainEntries. Otherwise goat
// had to compile main without it, and other packages may have points all the
// same.
func (r *runner) linkUnbound(config string) (int, error) {
	err := r.checkUnbound(config)
	if err != nil && r.strict() {
		return 0, fmt.Errorf("linking without goat's runtime: %w; unset GOAT_STRICT to do so", err)
	}
	if err != nil {
		r.sayNotCounted(err)
	}
	return r.Become()
}

// errUnbound says that a main package should have asked for the runtime.
var errUnbound = errors.New("its main package could not be compiled with what starts the runtime")

// checkUnbound returns an error if a binary has points and should have the
// runtime.
func (r *runner) checkUnbound(config string) error {
	cfg, err := gotool.ReadImportConfig(config)
	if err != nil {
		return nil // the linker reports the error
	}
	rec, ok := cfg.BuildRecord()
	if !ok || strings.HasSuffix(rec.Package, ".test") || strings.HasSuffix(r.Getenv("TOOLEXEC_IMPORTPATH"), ".test") {
		return nil // a test, even if it is recorded under the name of the main package that it tests
	}
	if rec.Settings["-buildmode"] == "plugin" {
		return nil // the program that loads it has the runtime that counts its points
	}
	s, err := r.openSession()
	if err != nil || s.Reason != "" || !wantsRuntime(s, rec.Package) {
		return nil
	}
	for _, archive := range cfg.Packages {
		if holdsPoints(archive) {
			return errUnbound
		}
	}
	return nil
}

// wantsRuntime reports whether a main package is one that serves its points.
func wantsRuntime(s *session.Session, pkg string) bool {
	if pkg == "command-line-arguments" {
		return s.Config.IsMainEntry(pkg, "")
	}
	for _, m := range s.Modules {
		if rel, ok := strings.CutPrefix(pkg+"/", m.Path+"/"); ok {
			return s.Config.IsMainEntry(pkg, path.Clean(rel))
		}
	}
	return false
}

// holdsPoints reports whether a package's archive has tracking points.
func holdsPoints(archive string) bool {
	f, err := os.Open(archive)
	if err != nil {
		return false
	}
	defer f.Close()
	packages, _, _ := manifest.Scan(f) // without a manifest it has no points
	return len(packages) > 0
}
