package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// The names in a run's folder.
const (
	RunFile      = "run.json"
	TablesFolder = "tables"
	segmentsFile = "segments-%04d.goatseg"
)

// maxFile is how many bytes of segments a file may have before the next one begins.
const maxFile = 64 << 20

// Folder is a Sink that appends segments to files in a run's folder. It writes a
// segment with one call, so that a killed process leaves whole segments and at most
// one that is cut off.
type Folder struct {
	dir string

	mu     sync.Mutex
	file   *os.File
	size   int64
	number int
	buffer []byte
	closed bool
	failed bool
	fail   func(error)
}

// OpenFolder makes a run's folder. It calls fail with the first error of each
// series of errors.
func OpenFolder(dir string, fail func(error)) (*Folder, error) {
	if err := os.MkdirAll(filepath.Join(dir, TablesFolder), 0o777); err != nil {
		return nil, fmt.Errorf("making the run's folder: %w", err)
	}
	return &Folder{dir: dir, fail: fail}, nil
}

// Write implements Sink.
func (f *Folder) Write(head wire.Head, events []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ErrClosed
	}
	err := f.append(head, events)
	if err != nil && !f.failed && f.fail != nil {
		f.fail(err)
	}
	f.failed = err != nil
	return err
}

func (f *Folder) append(head wire.Head, events []byte) error {
	if f.file == nil || f.size >= maxFile {
		if err := f.next(); err != nil {
			return err
		}
	}
	f.buffer = wire.AppendSegment(f.buffer[:0], head, events)
	n, err := f.file.Write(f.buffer)
	f.size += int64(n)
	if err == nil {
		return nil
	}
	if n > 0 && f.file.Truncate(f.size-int64(n)) == nil { // readers skip what cannot be removed again
		f.size -= int64(n)
	}
	return fmt.Errorf("writing a segment: %w", err)
}

// next starts the next file.
func (f *Folder) next() error {
	name := filepath.Join(f.dir, fmt.Sprintf(segmentsFile, f.number+1))
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o666)
	if err != nil {
		return fmt.Errorf("making a file for segments: %w", err)
	}
	if f.file != nil {
		_ = f.file.Close() // everything has been written
	}
	f.file, f.size = file, 0
	f.number++
	return nil
}

// Put writes a file that describes the run. It replaces the old one as a whole.
func (f *Folder) Put(name string, data []byte) error {
	target := filepath.Join(f.dir, name)
	tmp := target + ".new"
	err := os.WriteFile(tmp, data, 0o666)
	if err == nil {
		err = os.Rename(tmp, target)
	}
	if err != nil {
		return fmt.Errorf("describing the run: %w", err)
	}
	return nil
}

// Close implements Sink.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}
