package testhits

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/trackpage"
)

// Hits are the pages of one go test.
type Hits struct {
	Pages map[string][]byte // by file name
	// Lost are packages whose result was cached but whose hits goat does not have.
	Lost []string

	processes []*coverage.Process
	unread    []error
}

// Collect combines what the test binaries wrote to a directory, and the cached hits
// of packages that did not run. It puts the new hits into the cache.
func Collect(l *Log, dir string, kept cache.Folder) *Hits {
	h := &Hits{Pages: make(map[string][]byte)}
	ran := h.read(dir)
	for _, name := range l.names() {
		r := l.results[name]
		switch {
		case r.found != "":
			if !h.restore(kept, r.found) {
				h.Lost = append(h.Lost, name)
			}
		case len(r.saved) > 0:
			pages := ran[name]
			if len(ran) == 1 || len(l.results) == 1 { // everything that it started belongs to it
				pages = h.Pages
			}
			for _, key := range r.saved {
				_ = kept.PutDirectory(entry(key), nonEmpty(pages)) // a package whose hits are not kept runs again
			}
		}
	}
	return h
}

// Rerun reads what a second run of the lost packages wrote, and keeps it under the
// keys of their results. It returns the packages that are still lost.
func (h *Hits) Rerun(l *Log, dir string, kept cache.Folder) (lost []string) {
	ran := h.read(dir)
	for _, name := range h.Lost {
		pages, ok := ran[name]
		if !ok {
			lost = append(lost, name)
			continue
		}
		_ = kept.PutDirectory(entry(l.results[name].found), pages)
	}
	return lost
}

func (l *Log) names() []string {
	var names []string
	for name := range l.results {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// entry is the name of a cache entry for the hits of a result. The keys come from
// the go command; hashing makes a valid name of any of them.
func entry(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// none marks a test binary without goat's runtime: neither its package nor anything
// that the package imports has changed.
const none = "none"

func nonEmpty(pages map[string][]byte) map[string][]byte {
	if len(pages) == 0 {
		return map[string][]byte{none: nil}
	}
	return pages
}

func (h *Hits) restore(kept cache.Folder, key string) bool {
	pages, err := kept.GetDirectory(entry(key))
	if err != nil || len(pages) == 0 {
		return false
	}
	kept.Use(entry(key))
	for name, text := range pages {
		if name != none {
			h.add(name, text)
		}
	}
	return true
}

// read reads the pages in a directory, and returns them by tested package.
func (h *Hits) read(dir string) map[string]map[string][]byte {
	ran := make(map[string]map[string][]byte)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ran // no test binary has goat's runtime
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "goat-") || !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		text, err := bounded.ReadFile(filepath.Join(dir, e.Name()), trackpage.MaxBytes)
		if err != nil {
			h.unread = append(h.unread, err)
			continue
		}
		if p := h.add(e.Name(), text); p != nil {
			name := strings.TrimSuffix(p.Build.Package, ".test")
			if ran[name] == nil {
				ran[name] = make(map[string][]byte)
			}
			ran[name][e.Name()] = text
		}
	}
	return ran
}

func (h *Hits) add(name string, text []byte) *coverage.Process {
	page, err := trackpage.Parse(text)
	if err != nil {
		h.unread = append(h.unread, err)
		return nil
	}
	h.Pages[name] = text
	h.processes = append(h.processes, page.Process)
	return page.Process
}

// Total says how much of the changed code that is linked into the tests has run,
// without the tests' own files.
func (h *Hits) Total() (total coverage.Total) {
	for _, r := range coverage.Merge(h.processes) {
		for i := range r.Points {
			p := &r.Points[i]
			if !r.Build.IsTest() || p.InTestFile() {
				continue
			}
			total.Total++
			if p.Ran > 0 {
				total.Covered++
			}
		}
	}
	return total
}

// Err says what could not be read.
func (h *Hits) Err() error { return errors.Join(h.unread...) }

// written is the prefix of the names of files that WriteTo writes.
const written = "goat-test-"

// WriteTo writes the pages to a directory. They replace the pages of the run
// before; other files stay.
func (h *Hits) WriteTo(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), written) && strings.HasSuffix(e.Name(), ".json") {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	for name, text := range h.Pages {
		if err := cache.WriteFile(filepath.Join(dir, written+strings.TrimPrefix(name, "goat-")), text); err != nil {
			return err
		}
	}
	return nil
}
