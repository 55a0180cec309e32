package review

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/store/source"
	"github.com/goat-trace/goat/internal/codeowners"
	"github.com/goat-trace/goat/internal/excuse"
)

// library reads facts, each once, and keeps them for a while.
type library struct {
	repos *reports.Repositories
	log   *slog.Logger
	ctx   context.Context // ends with the hub
	stop  context.CancelFunc
	tasks sync.WaitGroup
	slots chan struct{} // holds one for each task that reads
	texts texts

	mu    sync.Mutex
	names map[wanted][]string
	known map[wanted]*reading
}

// reading is facts, or a task that reads them.
type reading struct {
	done  chan struct{} // closed when facts is set
	begin time.Time
	used  time.Time
	facts *facts
	again time.Time // when to try again; zero if the facts are for good

	mu    sync.Mutex
	phase string
}

// Limits of facts.
const (
	mostFacts    = 64               // kept
	mostFiles    = 20_000           // of a release that are read
	readingTime  = 5 * time.Minute  // of a task
	retryFacts   = time.Minute      // after which a task that failed is tried again
	factsPatient = time.Second      // how long the first reader waits
	mostRules    = 50 * time.Second // for the owners of all files
)

func newLibrary(repos *reports.Repositories, log *slog.Logger) *library {
	l := &library{repos: repos, log: log, slots: make(chan struct{}, 2), texts: texts{known: map[textKey][]byte{}}, names: map[wanted][]string{}, known: map[wanted]*reading{}}
	l.ctx, l.stop = context.WithCancel(context.Background())
	return l
}

func (l *library) close() {
	l.stop()
	l.tasks.Wait()
}

// wanted says which facts a review needs, or in v.NoSource why there are none.
func (l *library) wanted(v *Review) (w wanted) {
	names := fileNames(v)
	repo := ""
	for _, name := range append([]string{v.Service.Main}, names...) {
		if l.repos.Known(name) {
			repo = name
			break
		}
	}
	switch {
	case len(names) == 0:
		return w
	case repo == "":
		v.NoSource = fmt.Sprintf("no repository is known for %s: start the hub with --repo MODULE=GITURL", names[0])
		return w
	case v.Release.Commit == "":
		v.NoSource = "the build does not say of which commit it is: build it in a clone of its repository, or set GIT_COMMIT where it runs"
		return w
	}
	h := fnv.New128a()
	for _, name := range names {
		_, _ = h.Write([]byte(name + "\x00"))
	}
	w = wanted{repo, strings.ToLower(v.Release.Commit), strings.ToLower(v.BaseCommit), v.Release.Dirty, string(h.Sum(nil))}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names[w] = names
	return w
}

// fileNames lists the files of a review's points, each once.
func fileNames(v *Review) []string {
	var names []string
	for i := range v.Points {
		if s := &v.Points[i].Site; s.ModuleVersion == "" && (i == 0 || s.File != v.Points[i-1].File || s.Package != v.Points[i-1].Package) {
			names = append(names, s.ProfileName())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// get returns facts, or how far reading them is. The first readers wait a moment.
func (l *library) get(ctx context.Context, w wanted) (*facts, string) {
	t := l.task(w)
	wait := time.NewTimer(time.Until(t.begin.Add(factsPatient)))
	defer wait.Stop()
	select {
	case <-t.done:
		return t.facts, ""
	default:
	}
	select {
	case <-t.done:
		return t.facts, ""
	case <-wait.C:
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return nil, t.phase
}

// task returns the reading of facts, and begins it if nobody has.
func (l *library) task(w wanted) *reading {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	t := l.known[w]
	if t != nil && (t.again.IsZero() || now.Before(t.again)) {
		t.used = now
		return t
	}
	t = &reading{done: make(chan struct{}), begin: now, used: now, phase: "waiting for other releases"}
	l.known[w] = t
	l.evict(w)
	names := l.names[w]
	l.tasks.Go(func() {
		facts, err := l.run(t, w, names)
		l.mu.Lock()
		defer l.mu.Unlock()
		if err != nil {
			t.again = time.Now().Add(retryFacts)
		}
		t.facts = facts
		close(t.done)
	})
	return t
}

// evict drops the facts that were not asked for the longest. The caller
// holds the lock.
func (l *library) evict(keep wanted) {
	for len(l.known) > mostFacts {
		var oldest wanted
		for w, t := range l.known {
			if w != keep && (oldest == wanted{} || t.used.Before(l.known[oldest].used)) {
				oldest = w
			}
		}
		delete(l.known, oldest)
	}
	for w := range l.names {
		if l.known[w] == nil && len(l.names) > 4*mostFacts {
			delete(l.names, w)
		}
	}
}

// run reads facts when its turn has come. It always returns some; an error says
// that they may be better later. A panic must not end the hub.
func (l *library) run(t *reading, w wanted, names []string) (f *facts, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reading the source: panic: %v", v)
			f = &facts{noSource: err.Error()}
		}
		if err != nil {
			l.log.Warn("source is missing", "commit", w.commit, "error", err)
		}
	}()
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-l.ctx.Done():
		return &facts{noSource: "the hub is stopping"}, context.Cause(l.ctx)
	}
	ctx, cancel := context.WithTimeoutCause(l.ctx, readingTime, fmt.Errorf("it took more than %v", readingTime))
	defer cancel()
	t.say("looking for commit %s", Short(w.commit))
	tree, err := l.repos.Mirror(w.repo).Open(ctx, w.commit)
	if err != nil {
		return &facts{noSource: err.Error()}, err
	}
	defer tree.Close()
	f = &facts{files: map[string]*fileFacts{}}
	r := &reader{task: t, wanted: w, tree: tree, facts: f}
	if err = r.read(ctx, names); err != nil {
		f.note("The source was not read to the end: %v.", err)
	}
	return f, err
}

func (t *reading) say(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phase = fmt.Sprintf(format, args...)
}

// reader reads the facts of one release.
type reader struct {
	task   *reading
	wanted wanted
	tree   *source.Tree
	facts  *facts
}

// read reads files, their owners and their commits.
func (r *reader) read(ctx context.Context, names []string) error {
	if n := len(names); n > mostFiles {
		r.facts.note("Owners, commits and error paths are those of %d of %d files.", mostFiles, n)
		names = names[:mostFiles]
	}
	if err := r.files(ctx, names); err != nil {
		return err
	}
	if err := r.owners(ctx); err != nil {
		return err
	}
	if r.wanted.dirty {
		r.facts.note("It was built of a changed work tree, which no commit holds: which commit changed a line, error paths and the text of files are not known.")
		return nil
	}
	return r.commits(ctx)
}

// files finds the files in the repository, and reads which of their code is in
// error paths.
func (r *reader) files(ctx context.Context, names []string) error {
	missing := 0
	for i, name := range names {
		r.task.say("reading file %d of %d", i+1, len(names))
		file, text, err := r.tree.Find(ctx, name)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			missing++
			continue
		}
		f := &fileFacts{path: file, size: strings.Count(string(text), "\n") + 1}
		if !r.wanted.dirty {
			f.said = excuse.Read(text)
		}
		r.facts.files[name] = f
	}
	if missing > 0 {
		r.facts.note("%s of %d %s not in the repository at commit %s, or cannot be read: generated while building, or of another repository.",
			plural(missing, "file", "files"), len(names), are(missing), Short(r.tree.Commit()))
	}
	return nil
}

// owners reads CODEOWNERS as it is at the commit.
func (r *reader) owners(ctx context.Context) error {
	r.task.say("reading CODEOWNERS")
	for _, name := range codeowners.Locations() {
		text, err := r.tree.ReadFile(ctx, name)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			continue
		}
		if len(text) > codeowners.MaxBytes {
			r.facts.note("%s has more than %d MB, which GitHub does not read either: owners are not known.", name, codeowners.MaxBytes>>20)
			return nil
		}
		rules, problems := codeowners.Parse(string(text))
		if n := len(problems); n > 0 {
			r.facts.note("%s of %s cannot be read: %v.", plural(n, "line", "lines"), name, problems[0])
		}
		r.facts.owned = true
		end := time.Now().Add(mostRules)
		for _, f := range r.facts.files {
			if f.owners = clean(rules.Owners(f.path)); time.Now().After(end) || ctx.Err() != nil {
				r.facts.owned = false
				return errors.New("matching the rules of CODEOWNERS took too long: it has too many of them")
			}
		}
		return nil
	}
	return nil
}

// clean makes names valid UTF-8, without what repeats.
func clean(owners []string) []string {
	var list []string
	for _, owner := range owners {
		if owner = strings.ToValidUTF8(owner, "\uFFFD"); !slices.Contains(list, owner) {
			list = append(list, owner)
		}
	}
	return list
}

// commits reads which commits changed the files since the base.
func (r *reader) commits(ctx context.Context) error {
	r.task.say("listing commits")
	history, err := r.tree.History(ctx, r.wanted.base)
	if err != nil {
		r.facts.note("Which commits changed the code is not known: %v.", err)
		if errors.Is(err, source.ErrMissing) {
			return nil
		}
		return err
	}
	i := 0
	for _, f := range r.facts.files {
		i++
		r.task.say("reading the history of file %d of %d", i, len(r.facts.files))
		lines, err := history.Lines(ctx, f.path)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil {
			f.commits = lines
		}
	}
	return nil
}
