package review

import (
	"fmt"

	"github.com/goat-trace/goat/hub/store/source"
	"github.com/goat-trace/goat/internal/excuse"
)

// wanted says which facts a review needs. It has all that they depend on, and
// commits never change, so equal values have equal facts.
type wanted struct {
	repo   string // an import path for which there is a repository
	commit string // "" if there can be no facts
	base   string // "" if the build names none
	dirty  bool
	files  string // hash of names
}

// facts are what git knows of a release's files. They are immutable.
type facts struct {
	files    map[string]*fileFacts // by name in profiles
	owned    bool                  // there is a CODEOWNERS file
	notes    []string
	noSource string
}

// fileFacts are those of one file.
type fileFacts struct {
	path    string // in the repository
	size    int    // lines
	owners  []string
	said    *excuse.File        // nil if its text is not that of the build
	commits *source.LineCommits // nil if not known
}

func (f *facts) note(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}
