package explain

import (
	"cmp"
	"path"
	"path/filepath"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/session"
)

// Input is the build that the user asks about.
type Input struct {
	Dir      string // where it would run, absolute
	Flags    config.Flags
	Tags     string // as for go build -tags
	Getenv   func(string) string
	Progress func(what string, done, total int)
}

// explanation gathers a report. Each step returns true when the reason is found.
type explanation struct {
	Input
	*Report
	path    string // absolute
	src     []byte
	session *session.Session
	set     *diffsrc.LineSet
	module  modules.Module
	rel     string // of the file in its module
	files   []string
	history *diffsrc.History // nil without a repository
}

// because records the reason why there is no point.
func (e *explanation) because(r Reason, text, next string) bool {
	e.Reason, e.Because, e.Next = r, text, next
	return true
}

// base returns what the file's repository was compared with.
func (e *explanation) base() (b diffsrc.Base, ok bool) {
	for _, candidate := range e.session.Bases {
		rel, err := filepath.Rel(candidate.Dir, e.resolved())
		if err == nil && filepath.IsLocal(rel) && len(candidate.Dir) >= len(b.Dir) {
			b, ok = candidate, true
		}
	}
	return b, ok
}

// resolved returns the file's name without symbolic links to directories.
func (e *explanation) resolved() string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(e.path))
	if err != nil {
		return e.path
	}
	return filepath.Join(dir, filepath.Base(e.path))
}

// comparedWith names the base in a sentence.
func (e *explanation) comparedWith() string {
	b, ok := e.base()
	switch {
	case ok:
		return b.Ref
	case e.session.Source == diffsrc.SourcePatchfile:
		return "the patch file's old side"
	case e.session.Source == diffsrc.SourceIndex && len(e.session.Bases) > 0:
		return e.session.Bases[0].Ref + ", by the index"
	}
	return "the base"
}

// fillBase puts the base into the report.
func (e *explanation) fillBase() {
	b, ok := e.base()
	switch {
	case ok:
		e.Base = &Base{Ref: b.Ref, Commit: b.Used, Why: cmp.Or(b.Why, e.session.Config.Source())}
	case e.session.All:
		e.Base = &Base{Ref: diffsrc.InitRef, Why: "everything is new (" + e.session.Config.Source() + ")"}
	}
}

// dir returns the package's directory in its module.
func (e *explanation) dir() string { return path.Dir(e.rel) }
