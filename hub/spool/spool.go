package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt/instance"
)

// maxFile is how large a file may be, in bytes.
const maxFile = 256 << 20

// Read reads the runs of a directory. A file that cannot be read is an error, and
// does not keep the others from being returned.
func Read(dir string, s Service) ([]*Run, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the directory of runs: %w", err)
	}
	var runs []*Run
	var errs []error
	inSpool := make(map[string]bool) // files of processes that have a spool, too
	add := func(name string, read func(path string, text []byte, written time.Time) (*Run, error)) {
		path := filepath.Join(dir, name)
		text, written, err := readFile(path)
		var run *Run
		if err == nil {
			run, err = read(path, text, written)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("reading %s: %w", path, err))
			return
		}
		track, _ := run.Registration["track"].(string)
		inSpool[track] = true
		runs = append(runs, run)
	}
	for _, entry := range entries {
		if _, ok := instance.KeyOf(entry.Name()); ok && entry.Type().IsRegular() {
			add(entry.Name(), func(path string, text []byte, _ time.Time) (*Run, error) { return spoolRun(path, text) })
		}
	}
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || strings.HasPrefix(name, ".") || filepath.Ext(name) != ".json" || instance.IsSpool(name) || inSpool[name] {
			continue
		}
		add(name, func(path string, text []byte, written time.Time) (*Run, error) {
			return trackRun(path, text, written, s)
		})
	}
	return runs, errors.Join(errs...)
}

// spoolRun makes a run of the three files of a spool.
func spoolRun(path string, registration []byte) (*Run, error) {
	run := &Run{Files: []string{path}}
	if err := json.Unmarshal(registration, &run.Registration); err != nil {
		return nil, fmt.Errorf("it is no registration: %w", err)
	}
	key, _ := run.Registration["key"].(string)
	run.Digest, _ = run.Registration["manifest"].(string)
	dir := filepath.Dir(path)
	if run.Digest != "" {
		name := filepath.Join(dir, instance.ManifestFile(filepath.Base(run.Digest)))
		manifest, _, err := readFile(name)
		switch {
		case err == nil:
			run.Manifest = manifest
			run.Files = append(run.Files, name)
		case !errors.Is(err, os.ErrNotExist):
			return nil, err
		}
	}
	name := filepath.Join(dir, instance.PointsFile(filepath.Base(key)))
	text, written, err := readFile(name)
	if errors.Is(err, os.ErrNotExist) {
		run.Points.Written = &written
		return run, nil // nothing has run yet
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &run.Points); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	run.Files = append(run.Files, name)
	if run.Points.Written == nil {
		run.Points.Written = &written
	}
	run.age(time.Since(*run.Points.Written))
	return run, nil
}

// age makes all ages count from now on. A file of the future is of now.
func (r *Run) age(since time.Duration) {
	more := max(0, since).Milliseconds()
	if len(r.Points.AgeMS) == 0 {
		r.Points.AgeMS = make([]int64, len(r.Points.IDs))
	}
	for i := range r.Points.AgeMS {
		r.Points.AgeMS[i] += more
	}
	age, _ := r.Registration["age_ms"].(float64)
	r.Registration["age_ms"] = int64(age) + more
	r.Points.Written = nil
}

func readFile(path string) (text []byte, written time.Time, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, written, err
	}
	if info.Size() > maxFile {
		return nil, written, fmt.Errorf("it has more than %d MiB", maxFile>>20)
	}
	text, err = os.ReadFile(path)
	return text, info.ModTime(), err
}
