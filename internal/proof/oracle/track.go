package oracle

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goat-trace/goat/rt/manifest"
)

// Track is the JSON of /track and of the files in GOAT_DIR.
type Track struct {
	Format  int    `json:"format"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Results []struct {
		ID      int    `json:"id"`
		Name    string `json:"name"`
		Metrics struct {
			Version     string `json:"version"`
			Total       int    `json:"total"`
			Covered     int    `json:"covered"`
			CoveredRate int    `json:"coveredRate"`
			Items       []Item `json:"items"`
		} `json:"metrics"`
	} `json:"results"`
}

// Item is one point of Track.
type Item struct {
	ID       int      `json:"id"`
	Name     string   `json:"name"`
	Count    uint32   `json:"count"`
	StableID string   `json:"stableId"`
	Package  string   `json:"package"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	EndLine  int      `json:"endLine"`
	Lines    [][2]int `json:"lines"`
	Func     string   `json:"func"`
	Kind     string   `json:"kind"`
	FirstHit *string  `json:"firstHit"`
}

func (i Item) String() string {
	return fmt.Sprintf("%s:%d %s %s", i.File, i.Line, i.Func, i.Kind)
}

// ParseTrack reads one page.
func ParseTrack(data []byte) (*Track, error) {
	var t Track
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("reading /track's JSON: %w", err)
	}
	if t.Format != manifest.TrackFormat {
		return nil, fmt.Errorf("reading /track's JSON: got format %d, want %d; build the program again", t.Format, manifest.TrackFormat)
	}
	return &t, nil
}

// Items returns the points of the main component, which has all points.
func (t *Track) Items() []Item {
	if len(t.Results) == 0 {
		return nil
	}
	return t.Results[0].Metrics.Items
}

// ReadDir adds up the files that programs wrote to a GOAT_DIR. It sorts the points
// by file and line.
func ReadDir(dir string) ([]Item, error) {
	names, err := filepath.Glob(filepath.Join(dir, "goat-*.json"))
	if err != nil {
		return nil, err
	}
	return readFiles(dir, names)
}

// readOwn is ReadDir for processes with a GOAT_DIR each, which is a folder of dir
// named after the process. It leaves out the files of processes that these started.
// It also leaves out processes that ended without writing a test's profile: like
// any program built with -cover, they wrote their counters to a folder of their
// own.
func readOwn(dir, others string) ([]Item, error) {
	all, err := filepath.Glob(filepath.Join(dir, "*", "goat-*.json"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range all { // goat-<app>-<pid>-<nanoseconds>.json
		parts := strings.Split(filepath.Base(name), "-")
		process := filepath.Base(filepath.Dir(name))
		if parts[len(parts)-2] != process {
			continue
		}
		ended, err := filepath.Glob(filepath.Join(others, process, "covcounters.*."+process+".*"))
		if err != nil {
			return nil, err
		}
		if len(ended) == 0 {
			names = append(names, name)
		}
	}
	return readFiles(dir, names)
}

func readFiles(dir string, names []string) ([]Item, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("reading GOAT_DIR %s: no program wrote a file there", dir)
	}
	byID := make(map[string]Item)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading GOAT_DIR: %w", err)
		}
		t, err := ParseTrack(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, item := range t.Items() {
			key := item.Package + " " + item.StableID
			item.Count += byID[key].Count
			byID[key] = item
		}
	}
	items := make([]Item, 0, len(byID))
	for _, item := range byID {
		items = append(items, item)
	}
	sort.Slice(items, func(i, j int) bool {
		a, b := items[i], items[j]
		if a.Package+"/"+a.File != b.Package+"/"+b.File {
			return a.Package+"/"+a.File < b.Package+"/"+b.File
		}
		return a.Line < b.Line || a.Line == b.Line && a.ID < b.ID
	})
	return items, nil
}
