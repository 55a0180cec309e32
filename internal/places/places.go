package places

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/trackpage"
)

// Reader reads places. The zero value of each field but Stdin is usable.
type Reader struct {
	Stdin   io.Reader     // for the place "-"
	Token   string        // for /track; "" for none
	Port    string        // the port of processes for which a list names none; "" is 57005
	Timeout time.Duration // for each place; 0 is 10 s
	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver
	// Step is told how many of the places found so far have answered; nil for nobody.
	// It is called by several goroutines.
	Step func(done, total int)
}

// DefaultPort is where a program listens by default.
const DefaultPort = "57005"

const (
	defaultTimeout = 10 * time.Second
	// atOnce is how many places are asked concurrently.
	atOnce = 64
	// largeAtOnce is how many pages of more than largePage bytes are held at the
	// same time.
	largeAtOnce = 4
	largePage   = 8 << 20
	maxPlaces   = 100_000
)

// Problem says that a place could not be read completely. Its text names the place.
type Problem struct {
	Place string
	Err   error
	// Note says that nothing is missing.
	Note bool
}

func problemf(place, format string, args ...any) *Problem {
	return &Problem{Place: place, Err: fmt.Errorf(format, args...)}
}

func (p *Problem) Error() string { return p.Place + ": " + p.Err.Error() }
func (p *Problem) Unwrap() error { return p.Err }

// Answer is what all places say.
type Answer struct {
	Processes []*coverage.Process // in the order of the places
	Problems  []*Problem          // in the order of the places
	Asked     int                 // places; each one in a list or behind a name counts
	Page      []byte              // of the only place asked, if it had exactly one page; else nil
}

// With joins the answers of two readings.
func (a *Answer) With(b *Answer) *Answer {
	return &Answer{Processes: append(a.Processes, b.Processes...), Problems: append(a.Problems, b.Problems...), Asked: a.Asked + b.Asked}
}

// Read asks all places. It returns when each has answered or its time is over.
func (r *Reader) Read(ctx context.Context, names []string) *Answer {
	s := &survey{Reader: *r, large: make(chan struct{}, largeAtOnce), builds: make(map[string]*coverage.Build)}
	s.Timeout = cmp.Or(s.Timeout, defaultTimeout)
	s.Port = cmp.Or(s.Port, DefaultPort)
	found := s.find(ctx, names)
	s.keep = len(found) == 1
	results := make([]result, len(found))
	s.total.Store(int64(len(found)))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, place := range found {
		group.Go(func() error {
			results[i] = s.read(ctx, place)
			s.step()
			return nil
		})
	}
	_ = group.Wait() // each result has its own error
	answer := &Answer{Problems: s.problems, Asked: len(found) + len(s.problems)}
	for _, p := range s.problems {
		if p.Note {
			answer.Asked--
		}
	}
	for _, result := range results {
		answer.Processes = append(answer.Processes, result.processes...)
		answer.Problems = append(answer.Problems, result.problems...)
		answer.Page = result.page
	}
	return answer
}

// survey is one reading of all places.
type survey struct {
	Reader
	large       chan struct{} // has room for one entry per large page
	total, done atomic.Int64
	keep        bool       // the one page that is read
	problems    []*Problem // from finding places

	mu     sync.Mutex
	stdin  bool                       // standard input has been read
	builds map[string]*coverage.Build // the builds seen so far, by the key that distinguishes them
}

func (s *survey) step() {
	done := s.done.Add(1)
	if s.Step != nil {
		s.Step(int(done), int(s.total.Load()))
	}
}

// place is one thing to read: an address, a file, or text that has been read
// already.
type place struct {
	name string // for people
	// One of these is set.
	address *address
	file    string
	text    []byte
	binary  bool // the file is a program, and its points are read
}

// key tells places apart.
func (p place) key() string {
	switch {
	case p.address != nil:
		return "address " + p.address.key()
	case p.file != "":
		return "file " + p.file
	}
	return "text " + p.name
}

// result is what a place says.
type result struct {
	processes []*coverage.Process
	problems  []*Problem
	page      []byte
}

func (s *survey) read(ctx context.Context, p place) result {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	if p.address != nil {
		return s.ask(ctx, p)
	}
	return s.readFile(ctx, p)
}

// pages reads all pages of a text, one after the other. Usually there is only one;
// then the text is not scanned first to find its end.
func (s *survey) pages(name string, text []byte) (r result) {
	if page, err := trackpage.Parse(text); err == nil {
		s.add(&r, name, bytes.TrimSpace(text), page)
		return r
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		start := decoder.InputOffset()
		var value json.RawMessage
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) && start > 0 {
			return r
		}
		if err != nil {
			value = text[start:] // so that the error says what it is
		}
		page, err := trackpage.Parse(value)
		if err != nil {
			r.problems = append(r.problems, &Problem{Place: name, Err: err})
			return r
		}
		s.add(&r, name, value, page)
	}
}

// add adds a page to what a place says.
func (s *survey) add(r *result, name string, text []byte, page *trackpage.Page) {
	page.Process.Place = name
	if page.Omitted > 0 {
		r.problems = append(r.problems, &Problem{Place: name, Note: true,
			Err: fmt.Errorf("it leaves out %d of its points; ask for /track without parameters", page.Omitted)})
	}
	s.share(page.Process)
	r.processes = append(r.processes, page.Process)
	if r.page = nil; s.keep && len(r.processes) == 1 {
		r.page = text
	}
}

// share makes processes of one build use the same copy of it.
func (s *survey) share(p *coverage.Process) {
	b := p.Build
	key := strings.Join([]string{b.App, b.Version, b.Package, b.Commit, strconv.FormatBool(b.Modified), b.Base, b.BaseCommit, b.Source, b.Granularity, b.DataType, b.Goat, b.Digest()}, "\x00")
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.builds[key]; known != nil && known.Same(b) {
		p.Build = known
		return
	}
	s.builds[key] = b
}

// find turns names into places, each of which is read once.
func (s *survey) find(ctx context.Context, names []string) []place {
	lists := make([][]place, len(names))
	problems := make([][]*Problem, len(names))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, name := range names {
		group.Go(func() error {
			f := finder{survey: s}
			lists[i] = f.expand(ctx, name)
			problems[i] = f.problems
			return nil
		})
	}
	_ = group.Wait()
	var found []place
	seen := make(map[string]bool)
	for i, list := range lists {
		s.problems = append(s.problems, problems[i]...)
		for _, p := range list {
			switch {
			case seen[p.key()]:
				s.problems = append(s.problems, &Problem{Place: p.name, Err: errors.New("it is given more than once, and read once"), Note: true})
			case len(found) == maxPlaces:
				s.problems = append(s.problems, problemf(names[i], "there are more than %d places; ask for fewer at once", maxPlaces))
				return found
			default:
				seen[p.key()] = true
				found = append(found, p)
			}
		}
	}
	return found
}

// finder finds the places that one name means.
type finder struct {
	*survey
	problems []*Problem
}

func (f *finder) complain(place, format string, args ...any) {
	f.problems = append(f.problems, problemf(place, format, args...))
}

// expand says what a name means. A name that looks like an address is an address,
// even if a file has that name; "./name" is the file.
func (f *finder) expand(ctx context.Context, name string) []place {
	switch {
	case name == "-":
		return f.expandStdin(ctx)
	case strings.HasPrefix(name, "http://"), strings.HasPrefix(name, "https://"):
		u, err := url.Parse(name)
		if err != nil {
			f.complain(shown(name), "it is no URL; write for example http://127.0.0.1:57005")
			return nil
		}
		return f.resolve(ctx, shownURL(u), u)
	case isHostPort(name):
		return f.resolve(ctx, name, &url.URL{Scheme: "http", Host: name})
	}
	return f.expandFile(ctx, name)
}
