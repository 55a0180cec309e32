package judge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/reports"
	hubsource "github.com/goat-trace/goat/hub/store/source"
	"github.com/goat-trace/goat/internal/codeowners"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/excuse"
	"github.com/goat-trace/goat/internal/report"
)

// source is what a release's source says. It does not change once it is made.
type source struct {
	files map[string]*file // by the name that profiles have
	rules []string         // of goat.yaml
	named string           // where the rules are: "goat.yaml at 845820727e"; "" for none
	notes []string
	// reading says that nothing of it is known yet.
	reading bool
}

// file is what a file says of its code.
type file struct {
	path   string
	said   *excuse.File
	owners []string
}

var (
	_ report.Sources = (*source)(nil)
	_ report.Reader  = (*source)(nil)
)

// Path implements report.Sources.
func (s *source) Path(site *coverage.Site) (string, bool) {
	f := s.files[site.ProfileName()]
	if f == nil {
		return "", false
	}
	return f.path, true
}

// Owners implements report.Sources.
func (s *source) Owners(site *coverage.Site) []string {
	if f := s.files[site.ProfileName()]; f != nil {
		return f.owners
	}
	return nil
}

// Said implements report.Reader.
func (s *source) Said(site *coverage.Site) *excuse.File {
	if f := s.files[site.ProfileName()]; f != nil {
		return f.said
	}
	return &excuse.File{}
}

// Text implements view.Files. Texts are not kept.
func (s *source) Text(*coverage.Site) (text, note string, ok bool) { return "", "", false }

// build is what source is wanted of.
type build struct {
	fleet.Release
	main   string // import path of the main package
	points *coverage.Release
}

// sources reads the source of releases, each once.
type sources struct {
	repos    *reports.Repositories
	patience time.Duration
	log      *slog.Logger
	ctx      context.Context
	cancel   context.CancelFunc
	all      sync.WaitGroup

	mu      sync.Mutex
	known   map[string]*source
	order   []string // the keys of known, the oldest first
	reading map[string]chan struct{}
}

// Bounds of what is read and remembered.
const (
	mostSources = 64
	mostReading = 15 * time.Minute // for one release, with the fetch of its repository
	triedAgain  = time.Minute      // after this, source that could not be read is tried again
)

func newSources(repos *reports.Repositories, patience time.Duration, log *slog.Logger) *sources {
	s := &sources{repos: repos, patience: cmp.Or(patience, 2*time.Second), log: log, known: map[string]*source{}, reading: map[string]chan struct{}{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

func (s *sources) close() {
	s.cancel()
	s.all.Wait()
}

// of returns the source of a release, or one that says that it is being read.
func (s *sources) of(ctx context.Context, b *build) *source {
	names := b.files()
	if !s.repos.Known(b.main) && !anyKnown(s.repos, names) {
		return &source{notes: []string{"No repository is known for its source (--repo), so owners, excuses in the source and most error paths are not known."}}
	}
	key := b.ID + " " + b.points.Build.Digest()
	s.mu.Lock()
	known, done := s.known[key], s.reading[key]
	if known == nil && done == nil {
		done = make(chan struct{})
		s.reading[key] = done
		s.all.Go(func() { s.read(key, b, names, done) })
	}
	s.mu.Unlock()
	if known != nil {
		return known
	}
	select {
	case <-done:
	case <-ctx.Done():
	case <-time.After(s.patience):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known = s.known[key]; known != nil {
		return known
	}
	return &source{reading: true, notes: []string{"Its source is being read, so owners, excuses in the source and most error paths are not known yet."}}
}

func anyKnown(repos *reports.Repositories, names []string) bool {
	for _, name := range names {
		if repos.Known(name) {
			return true
		}
	}
	return false
}

// files lists the names of the files with points of the release's own modules.
func (b *build) files() []string {
	var names []string
	seen := map[string]bool{}
	for i := range b.points.Points {
		site := &b.points.Points[i].Site
		if name := site.ProfileName(); site.ModuleVersion == "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// read reads the source of a release and remembers it.
func (s *sources) read(key string, b *build, names []string, done chan struct{}) {
	ctx, cancel := context.WithTimeout(s.ctx, mostReading)
	defer cancel()
	made, err := s.make(ctx, b, names)
	if err != nil {
		s.log.Warn("source of a release is missing", "release", b.ID, "error", err)
		made = &source{notes: []string{fmt.Sprintf("Its source cannot be read, so owners, excuses in the source and most error paths are not known: %v.", err)}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[key] = made
	s.order = append(s.order, key)
	if len(s.order) > mostSources {
		delete(s.known, s.order[0])
		s.order = s.order[1:]
	}
	delete(s.reading, key)
	close(done)
	if err != nil && s.ctx.Err() == nil {
		time.AfterFunc(triedAgain, func() { s.forget(key, made) })
	}
}

// forget makes a release's source be read again.
func (s *sources) forget(key string, made *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[key] == made {
		delete(s.known, key)
	}
}

func (s *sources) make(ctx context.Context, b *build, names []string) (*source, error) {
	tree, err := s.repos.Open(ctx, b.Commit, append([]string{b.main}, names...)...)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	made := &source{files: map[string]*file{}}
	if b.Dirty {
		made.notes = append(made.notes, "It was built of a changed work tree: owners, excuses and error paths are those of its commit.")
	}
	owners, err := made.readOwners(ctx, tree)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		at, text, err := tree.Find(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was generated, or is another module's
		}
		if err != nil {
			return nil, err
		}
		f := &file{path: at, said: excuse.Read(text)}
		if owners != nil {
			f.owners = owners.Owners(at)
		}
		made.files[name] = f
	}
	return made, made.readRules(ctx, tree, b.Commit)
}

// readOwners reads CODEOWNERS; nil if there is none.
func (s *source) readOwners(ctx context.Context, tree *hubsource.Tree) (*codeowners.Rules, error) {
	for _, name := range codeowners.Locations() {
		text, err := tree.ReadFile(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(text) > codeowners.MaxBytes {
			s.notes = append(s.notes, fmt.Sprintf("%s has more than %d MB, so it is not read.", name, codeowners.MaxBytes>>20))
			return nil, nil
		}
		rules, problems := codeowners.Parse(string(text))
		for i, problem := range problems {
			if i == mostProblems {
				s.notes = append(s.notes, fmt.Sprintf("%s has %d more such lines.", name, len(problems)-i))
				break
			}
			s.notes = append(s.notes, fmt.Sprintf("%s: %v.", name, problem))
		}
		return rules, nil
	}
	return nil, nil
}

// mostProblems is how many wrong lines of a file are named.
const mostProblems = 5

// readRules reads the gate's rules from the goat.yaml next to the module's go.mod, or
// from one in a directory above it.
func (s *source) readRules(ctx context.Context, tree *hubsource.Tree, commit string) error {
	for dir := range s.directories() {
		name := path.Join(dir, config.FileName)
		text, err := tree.ReadFile(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		rules, err := config.GateOf(name, text)
		if err != nil {
			s.notes = append(s.notes, fmt.Sprintf("The rules of %s are not used: %v.", name, strings.ReplaceAll(err.Error(), "\n", "; ")))
			return nil
		}
		if s.rules = rules; len(rules) > 0 {
			s.named = fmt.Sprintf("%s at %.10s", name, commit)
		}
		return nil
	}
	return nil
}

// directories yields the directories where goat.yaml may be: the one that has all
// files with points, and those above it.
func (s *source) directories() func(yield func(string) bool) {
	return func(yield func(string) bool) {
		common := ""
		first := true
		for _, f := range s.files {
			dir := path.Dir(f.path)
			if first {
				common, first = dir, false
			}
			for common != "." && dir != common && !strings.HasPrefix(dir, common+"/") {
				common = path.Dir(common)
			}
		}
		for dir := common; dir != "." && dir != ""; dir = path.Dir(dir) {
			if !yield(dir) {
				return
			}
		}
		yield("")
	}
}
