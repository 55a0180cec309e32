package trace

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// RunFile is the name of the file that describes a run in its folder.
const RunFile = "run.json"

// Description is what a run's folder says about the run. rt/trace defines the
// fields.
type Description struct {
	Version        int       `json:"version"`
	RunID          string    `json:"runId"`
	CreatedAt      time.Time `json:"createdAt"`
	EndedAt        time.Time `json:"endedAt,omitzero"` // zero if the process was killed, or still runs
	ProjectName    string    `json:"projectName"`
	ProjectVersion string    `json:"projectVersion"`
	Commit         string    `json:"commit"`
	LaunchMethod   string    `json:"launchMethod"` // main or test
	LaunchClass    string    `json:"launchClass"`  // import path of the main package
	GoVersion      string    `json:"goVersion"`
	System         string    `json:"system"`
	Host           string    `json:"host"`
	PID            int       `json:"pid"`
	Policy         string    `json:"policy"`
	Values         bool      `json:"values"`
	Packages       []struct {
		First     uint64 `json:"first"` // number of the first function
		Functions uint64 `json:"functions"`
		Table     string `json:"table"` // digest
	} `json:"packages"`
}

// Run is a run's folder.
type Run struct {
	Description
	Dir    string
	Traces []*Trace // by number
	// Problems say what could not be read of the folder. Everything else was read.
	Problems []string

	prefix   uint64
	files    []string
	packages []packageOf
	byNumber map[uint64]*Trace
	events   func(wire.Head) ([]byte, error) // nil for a folder
}

// packageOf is a package in a run, with its functions.
type packageOf struct {
	first, functions uint64
	table            *Table
}

// Trace is the steps of one goroutine in a run.
type Trace struct {
	Number    uint64
	Goroutine uint64
	Steps     uint64 // how many were written
	Segments  int
	Bytes     int64
	Started   time.Time
	run       *Run
	places    []place
}

// IsMain reports whether it is the main goroutine's trace.
func (t *Trace) IsMain() bool { return t.Goroutine == 1 }

// Limits of what is read from a folder.
const (
	maxDescription = 16 << 20
	maxTableFile   = 64 << 20
)

// ErrNoRun says that a directory is not a run's folder.
var ErrNoRun = errors.New("it is no folder of a run")

// List returns the directories of the runs in dir, oldest first. If dir is a run's
// folder itself, it returns dir.
func List(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, RunFile)); err == nil {
		return []string{dir}, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	type found struct {
		dir  string
		time time.Time
	}
	var runs []found
	for _, e := range entries {
		run := filepath.Join(dir, e.Name())
		if _, err := os.Stat(filepath.Join(run, RunFile)); err != nil {
			continue
		}
		d, err := describe(run)
		if err != nil {
			d.CreatedAt = time.Time{}
		}
		runs = append(runs, found{run, d.CreatedAt})
	}
	slices.SortStableFunc(runs, func(a, b found) int { return a.time.Compare(b.time) })
	dirs := make([]string, len(runs))
	for i, r := range runs {
		dirs[i] = r.dir
	}
	return dirs, nil
}

func describe(dir string) (Description, error) {
	var d Description
	data, err := bounded.ReadFile(filepath.Join(dir, RunFile), maxDescription)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return d, fmt.Errorf("%s: %w", dir, ErrNoRun)
		}
		return d, fmt.Errorf("reading what describes a run: %w", err)
	}
	if d, err = ParseDescription(data); err != nil {
		return d, fmt.Errorf("reading %s: %w", filepath.Join(dir, RunFile), err)
	}
	return d, nil
}

// ParseDescription reads what describes a run, the bytes of its RunFile.
func ParseDescription(data []byte) (Description, error) {
	var d Description
	if err := json.Unmarshal(data, &d); err != nil {
		return d, err
	}
	if d.Version != wire.Version {
		return d, fmt.Errorf("it was recorded in version %d of the format, this goat reads %d; use the goat that recorded it", d.Version, wire.Version)
	}
	return d, nil
}

// Prefix is what the run's segments have of its id (wire.Head.Run). It is an error
// if the id is not 32 hexadecimal digits.
func (d *Description) Prefix() (uint64, error) {
	id, err := hex.DecodeString(d.RunID)
	if err != nil || len(id) != 16 {
		return 0, fmt.Errorf("%.80q is no run's id", d.RunID)
	}
	return binary.LittleEndian.Uint64(id), nil
}

// Open reads the description in a run's folder, and finds its segments. Their
// events are read later.
func Open(dir string) (*Run, error) {
	d, err := describe(dir)
	if err != nil {
		return nil, err
	}
	r := &Run{Description: d, Dir: dir}
	if r.prefix, err = d.Prefix(); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	r.readTables()
	return r, r.readSegments()
}

func (r *Run) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// readTables reads the tables of the run's packages. If a package has no table, its
// steps have numbers instead of names.
func (r *Run) readTables() {
	for _, p := range r.Packages {
		if strings.ContainsAny(p.Table, `/\.`) {
			r.problem("%q is no table's name", p.Table)
			continue
		}
		name := filepath.Join(r.Dir, "tables", p.Table)
		data, err := bounded.ReadFile(name, maxTableFile)
		if err != nil {
			r.problem("reading a table: %v", err)
			continue
		}
		if digestOf(data) != p.Table {
			r.problem("%s: the table is not the one that it is named after", name)
			continue
		}
		t, err := DecodeTable(data)
		if err != nil {
			r.problem("%s: %v", name, err)
			continue
		}
		r.addTable(p.First, p.Functions, t)
	}
}

func (r *Run) addTable(first, functions uint64, t *Table) {
	r.packages = append(r.packages, packageOf{first, min(functions, uint64(len(t.Functions))), t})
}

// function returns a function and its package's table; nil if no table has the
// function.
func (r *Run) function(number uint64) (*Function, *Table) {
	for _, p := range r.packages {
		if p.first <= number && number-p.first < p.functions {
			return &p.table.Functions[number-p.first], p.table
		}
	}
	return nil, nil
}

// readSegments finds the whole segments in the folder.
func (r *Run) readSegments() error {
	names, err := filepath.Glob(filepath.Join(escapeGlob(r.Dir), "*.goatseg"))
	if err != nil {
		return fmt.Errorf("listing segments: %w", err)
	}
	slices.Sort(names)
	foreign := 0
	for i, name := range names {
		r.files = append(r.files, name)
		damage, err := scan(name, func(offset int64, h wire.Head) {
			if h.Run != r.prefix {
				foreign++
				return
			}
			r.addSegment(place{i, offset, h})
		})
		if err != nil {
			r.problem("%v", err)
		}
		for _, d := range damage {
			r.problem("%s", d)
		}
	}
	if foreign > 0 {
		r.problem("%d segments are of another run", foreign)
	}
	r.sortSegments()
	return nil
}

func (r *Run) addSegment(p place) {
	h := p.head
	t := r.byNumber[h.Trace]
	if t == nil {
		t = &Trace{Number: h.Trace, Goroutine: h.Goroutine, Started: time.Unix(0, h.Started), run: r}
		if r.byNumber == nil {
			r.byNumber = make(map[uint64]*Trace)
		}
		r.byNumber[h.Trace] = t
		r.Traces = append(r.Traces, t)
	}
	t.places = append(t.places, p)
	t.Steps += h.Steps
	t.Segments++
	t.Bytes += int64(h.Length)
}

func (r *Run) sortSegments() {
	slices.SortFunc(r.Traces, func(a, b *Trace) int { return cmp.Compare(a.Number, b.Number) })
	for _, t := range r.Traces {
		slices.SortStableFunc(t.places, func(a, b place) int { return cmp.Compare(a.head.Number, b.head.Number) })
	}
}

// escapeGlob quotes characters that have a meaning for filepath.Glob.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// Remove removes what goat has written to a run's folder, and the folder if nothing
// else is in it. The description goes last, so that an interrupted removal can be
// repeated.
func Remove(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, RunFile)); err != nil {
		return fmt.Errorf("removing %s: %w", dir, ErrNoRun)
	}
	var own []string
	for _, pattern := range []string{"*.goatseg", "tables/*"} {
		names, err := filepath.Glob(filepath.Join(escapeGlob(dir), pattern))
		if err != nil {
			return fmt.Errorf("listing what is to be removed: %w", err)
		}
		own = append(own, names...)
	}
	own = append(own, filepath.Join(dir, "tables"), filepath.Join(dir, RunFile), dir)
	for _, name := range own {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a run: %w", err)
		}
	}
	return nil
}
