package file

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/rt"
)

// writer writes the file of this process.
type writer struct {
	dir     string
	started int64 // Unix nanoseconds; makes the name unique, because process ids are reused

	mu         sync.Mutex // held while a file is created and while it is renamed
	ended      bool       // Flush was called, so earlier readings are out of date
	unfinished string     // the temporary file being written while the program runs
}

// errEnding says that the program is ending, so Flush writes the file.
var errEnding = errors.New("the program is ending")

// write writes a complete file or none, and leaves nothing else behind. After
// Flush was called, only the last write counts.
func (w *writer) write(r *rt.Report, last bool) error {
	return w.put(w.name(r), last, func(f io.Writer) error { return r.WriteTrack(f, rt.Query{}) })
}

// put is write for a file of any content.
func (w *writer) put(base string, last bool, write func(io.Writer) error) error {
	name := filepath.Join(w.dir, base)
	f, err := w.begin(name, last)
	if err != nil {
		return err
	}
	err = write(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = w.publish(f.Name(), name, last)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// begin creates the file to be written. In a directory that several users can
// write to, nobody can have put a link in its place: the name is new each time,
// and an existing file is not opened.
func (w *writer) begin(name string, last bool) (*os.File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended && !last {
		return nil, errEnding
	}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return nil, err
	}
	temp := filepath.Join(w.dir, tempPrefix+filepath.Base(name)+"-"+strconv.FormatInt(time.Now().UnixNano(), 10)+tempSuffix)
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil && !last {
		w.unfinished = temp
	}
	return f, err
}

// publish renames the file. If its name is a symbolic link, the link is
// replaced and not followed.
func (w *writer) publish(temp, name string, last bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended && !last {
		return errEnding
	}
	if !last {
		w.unfinished = ""
	}
	return os.Rename(temp, name)
}

// end writes the file for the last time and removes an unfinished one. It does
// not wait long, because the disk may hang, or the goroutine that ends the
// program may hold a lock.
// When it gives up it returns false.
func (w *writer) end(track bool) bool {
	var r *rt.Report
	if !soon(func() bool { r = rt.TryRead(); return r != nil }) || !soon(w.mu.TryLock) {
		return false
	}
	w.ended = true
	unfinished := w.unfinished
	w.mu.Unlock()
	if track {
		_ = w.write(r, true)
	}
	if unfinished != "" {
		_ = os.Remove(unfinished)
	}
	return true
}

// soon tries until it succeeds, for at most one second.
func soon(try func() bool) bool {
	for end := time.Now().Add(time.Second); ; runtime.Gosched() {
		if try() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

func (w *writer) name(r *rt.Report) string {
	return "goat-" + fileName(r.Build().App) + "-" + strconv.Itoa(os.Getpid()) + "-" + strconv.FormatInt(w.started, 10) + ".json"
}

// fileName turns an application's name into a part of a file name, without
// separators and short enough for every file system.
func fileName(app string) string {
	const longest = 100
	app = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, app)
	return app[:min(len(app), longest)]
}

// Names of temporary files.
const (
	tempPrefix = "."
	tempSuffix = ".tmp"
)

// removeLeftovers removes files that killed programs left unfinished. They are
// at least a day old, so no program is still writing them.
func removeLeftovers(dir string, pace func() error) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	for err == nil {
		var entries []os.DirEntry
		entries, err = d.ReadDir(64)
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), tempPrefix+"goat-") || !strings.HasSuffix(e.Name(), tempSuffix) {
				continue
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > 24*time.Hour {
				_ = os.Remove(filepath.Join(dir, e.Name()))
			}
		}
		_ = pace()
	}
}
