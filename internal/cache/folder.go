package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Folder keeps the entries of one kind. The zero Folder keeps nothing. Names of
// entries are slash-separated and come from goat, not from outside.
type Folder struct {
	dir  string
	kind Kind
}

// Folder returns the folder of a kind.
func (d Dir) Folder(kind Kind) Folder {
	return Folder{filepath.Join(d.path, string(kind)), kind}
}

// ErrDamaged says that an entry is not what was written.
var ErrDamaged = errors.New("the cache entry is damaged")

// errNothing is the error of a zero Folder.
var errNothing = errors.New("nothing is kept")

// Path returns the folder's directory, for what is not an entry: a directory
// of files that are checked in another way.
func (f Folder) Path() string { return f.dir }

// Get returns what Put was given. An entry that is not as it was written is
// removed, and the error is ErrDamaged.
func (f Folder) Get(name string) ([]byte, error) {
	if f.dir == "" {
		return nil, errNothing
	}
	file := f.file(name)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	payload, ok := open(f.kind, name, data)
	if !ok {
		os.Remove(file)
		return nil, fmt.Errorf("reading %s: %w", file, ErrDamaged)
	}
	return payload, nil
}

// Put keeps an entry; a reader sees all of it or nothing.
func (f Folder) Put(name string, payload []byte) error {
	if f.dir == "" {
		return errNothing
	}
	return WriteFile(f.file(name), seal(f.kind, name, payload))
}

// Use marks an entry as used, so that it does not expire.
func (f Folder) Use(name string) {
	if f.dir == "" {
		return
	}
	now := time.Now()
	os.Chtimes(f.file(name), now, now)
}

// Lock waits until no other process has the lock of a name. Where locks cannot
// be had the error says why, and unlock does nothing.
func (f Folder) Lock(name string) (unlock func(), err error) {
	file := f.file(name) + ".lock"
	if err = os.MkdirAll(filepath.Dir(file), 0o700); err == nil {
		unlock, err = lockedfile.MutexAt(file).Lock()
	}
	if err != nil {
		return func() {}, err
	}
	return unlock, nil
}

func (f Folder) file(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// PutDirectory keeps entries NAME/FILE, which appear all at once. What is
// there under the name is replaced.
func (f Folder) PutDirectory(name string, files map[string][]byte) error {
	if f.dir == "" {
		return errNothing
	}
	final := f.file(name)
	fill := func(tmp string) error {
		for file, payload := range files {
			if err := os.WriteFile(filepath.Join(tmp, file), seal(f.kind, name+"/"+file, payload), 0o600); err != nil {
				return err
			}
		}
		return nil
	}
	return WriteDirectory(final, fill, func() bool { return f.holds(name, files) })
}

// holds reports whether a directory's entries are these.
func (f Folder) holds(name string, files map[string][]byte) bool {
	kept, err := f.GetDirectory(name)
	return err == nil && maps.EqualFunc(kept, files, bytes.Equal)
}

// GetDirectory returns what PutDirectory was given.
func (f Folder) GetDirectory(name string) (map[string][]byte, error) {
	if f.dir == "" {
		return nil, errNothing
	}
	entries, err := os.ReadDir(f.file(name))
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(entries))
	for _, e := range entries {
		if files[e.Name()], err = f.Get(name + "/" + e.Name()); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// newPrefix is that of what is being written.
const newPrefix = ".new-"

// WriteFile writes a file of these parts, and makes the directories above it. A
// reader sees all of the file or nothing.
func WriteFile(file string, parts ...[]byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), newPrefix)
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	for _, part := range parts {
		if _, err = tmp.Write(part); err != nil {
			break
		}
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	return err
}

// WriteDirectory has fill write the files of a new directory, which then appears
// as dir at once, in place of what is there. whole reports whether dir is
// complete; it may be, if another process was quicker.
func WriteDirectory(dir string, fill func(tmp string) error, whole func() bool) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), newPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := fill(tmp); err != nil {
		return err
	}
	if os.Rename(tmp, dir) == nil || whole() {
		return nil
	}
	os.RemoveAll(dir) // it is old or damaged
	if err = os.Rename(tmp, dir); err != nil && whole() {
		return nil
	}
	return err
}

// magic begins each entry. The checksum follows as hex digits, then a newline
// and the payload.
const magic = "goat cache 1 "

func seal(kind Kind, name string, payload []byte) []byte {
	sum := checksum(kind, name, payload)
	data := make([]byte, 0, len(magic)+len(sum)+1+len(payload))
	return append(append(append(append(data, magic...), sum...), '\n'), payload...)
}

func open(kind Kind, name string, data []byte) (payload []byte, ok bool) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, false
	}
	sum, payload, ok := bytes.Cut(rest, []byte("\n"))
	return payload, ok && string(sum) == checksum(kind, name, payload)
}

// checksum covers the kind and the name too: an entry in another's place is
// none.
func checksum(kind Kind, name string, payload []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00", kind, name)
	h.Write(payload)
	return hex.EncodeToString(h.Sum(nil))
}
