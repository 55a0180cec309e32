package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/gocmd"
)

// CacheDir returns goat's cache directory: GOAT_CACHE, else "goat" in the
// user's cache directory, else in the go command's (GOCACHE), without which that
// one does not build. It need not exist. The temporary directory will not do: another user could
// put archives there.
func CacheDir(getenv func(string) string) string {
	if dir := getenv("GOAT_CACHE"); filepath.IsAbs(dir) {
		return dir
	}
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "goat")
	}
	if dir := getenv("GOCACHE"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "goat")
	}
	return filepath.Join(os.DevNull, "goat") // where nothing can be kept
}

// store is the part of the cache directory that holds sessions:
//
//	runs/PID-START-DIGEST   the name of a session
//	memo/NAME.json          the session of a build and how to find out that it is still the same
//	sessions/NAME/          session.json, and one file for each directory with changed code
//	blame/, modules/        diffsrc's
//
// What else is there is toolexec's; expire removes that, too, once it is old.
type store struct {
	dir string
	log *slog.Logger
}

func openStore(getenv func(string) string, log *slog.Logger) store {
	return store{dir: CacheDir(getenv), log: log}
}

func (st store) blameDir() string { return filepath.Join(st.dir, "blame") }

func (st store) modulesDir() string { return filepath.Join(st.dir, "modules") }

// recordKey names the record of a go command and of how goat was called
// under it: two calls with other flags are two sessions.
func recordKey(in Input, command gocmd.Process) string {
	h := sha256.New()
	flags, _ := json.Marshal(in.Flags)
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00", formatVersion, in.Tool, in.Dir, flags)
	env := os.Environ()
	sort.Strings(env)
	for _, kv := range env {
		if strings.HasPrefix(kv, "GOAT_") || strings.HasPrefix(kv, "GIT_") {
			fmt.Fprintf(h, "%s\x00", kv)
		}
	}
	return command.ID() + "-" + hex.EncodeToString(h.Sum(nil))[:12]
}

// header is session.json.
type header struct {
	Session
	Dirs map[string]string // module NUL directory → file name
}

func (st store) load(key string) (*Session, bool) {
	name, err := os.ReadFile(filepath.Join(st.dir, "runs", key))
	if err != nil {
		return nil, false
	}
	s, err := st.read(string(name))
	if err != nil {
		st.log.Warn("reading the session", "name", string(name), "err", err)
		return nil, false
	}
	return s, true
}

// read returns the session of a name.
func (st store) read(name string) (*Session, error) {
	dir := filepath.Join(st.dir, "sessions", filepath.Base(name))
	var h header
	if err := readJSON(filepath.Join(dir, "session.json"), &h); err != nil {
		return nil, err
	}
	if h.ID == "" {
		return nil, fmt.Errorf("%s holds no session", dir)
	}
	s := h.Session
	s.dirs = dirsOf(h.Dirs)
	s.lines = func(module, rel string) (diffsrc.ModuleLines, error) {
		file, ok := h.Dirs[module+"\x00"+rel]
		if !ok {
			return nil, nil
		}
		var lines diffsrc.ModuleLines
		if err := readJSON(filepath.Join(dir, filepath.Base(file)), &lines); err != nil {
			return nil, fmt.Errorf("reading the line sets of %s: %w", rel, err)
		}
		return lines, nil
	}
	return &s, nil
}

func readJSON(file string, v any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// lock keeps the other tools of the go command waiting while one computes.
// Where locks cannot be had each computes for itself.
func (st store) lock(key string) (unlock func()) {
	file := filepath.Join(st.dir, "runs", key+".lock")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return func() {}
	}
	unlock, err := lockedfile.MutexAt(file).Lock()
	if err != nil {
		st.log.Warn("locking the session", "file", file, "err", err)
		return func() {}
	}
	return unlock
}

// record leads the go command's other tools to a session. Where it cannot be
// written they compute again.
func (st store) record(key, name string) {
	st.use(name)
	if err := WriteAtomic(filepath.Join(st.dir, "runs", key), []byte(name)); err != nil {
		st.log.Warn("keeping the session's record", "err", err)
	}
	st.expire()
}

// use marks a session as used, so that it does not expire.
func (st store) use(name string) {
	now := time.Now()
	os.Chtimes(filepath.Join(st.dir, "sessions", name), now, now)
}

func (st store) writeSession(s *Session, set *diffsrc.LineSet) (string, error) {
	h := header{Session: *s, Dirs: dirFiles(set)}
	files := make(map[string][]byte)
	for module, lines := range set.Modules {
		for dir, part := range byDirectory(lines) {
			data, err := json.Marshal(part)
			if err != nil {
				return "", err
			}
			files[h.Dirs[module+"\x00"+dir]] = data
		}
	}
	head, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	files["session.json"] = head
	name := digest(join(files))
	final := filepath.Join(st.dir, "sessions", name)
	if st.intact(name) {
		return name, nil
	}
	os.RemoveAll(final) // what is left of it
	return name, writeDirectory(final, files)
}

// intact reports whether a session's files are all there and as they were
// written: its name is their digest.
func (st store) intact(name string) bool {
	dir := filepath.Join(st.dir, "sessions", filepath.Base(name))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	files := make(map[string][]byte, len(entries))
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return false
		}
	}
	return digest(join(files)) == filepath.Base(name)
}

// dirFiles names the file of each directory with changed code.
func dirFiles(set *diffsrc.LineSet) map[string]string {
	names := make(map[string]string)
	for module, lines := range set.Modules {
		for rel := range lines {
			key := module + "\x00" + path.Dir(rel)
			names[key] = digest([]byte(key)) + ".json"
		}
	}
	return names
}

func byDirectory(lines diffsrc.ModuleLines) map[string]diffsrc.ModuleLines {
	parts := make(map[string]diffsrc.ModuleLines)
	for rel, l := range lines {
		dir := path.Dir(rel)
		if parts[dir] == nil {
			parts[dir] = make(diffsrc.ModuleLines)
		}
		parts[dir][rel] = l
	}
	return parts
}

// writeDirectory makes a directory appear with all of its files at once.
func writeDirectory(final string, files map[string][]byte) error {
	if err := os.MkdirAll(filepath.Dir(final), 0o777); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(final), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(tmp, name), data, 0o666); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o777); err != nil {
		return err
	}
	if err := os.Rename(tmp, final); err != nil {
		if _, statErr := os.Stat(filepath.Join(final, "session.json")); statErr == nil {
			return nil // another build was quicker
		}
		// A directory without its session.json is in the way.
		os.RemoveAll(final)
		return os.Rename(tmp, final)
	}
	return nil
}

// WriteAtomic writes a file, and the directories above it, so that readers
// see all of it or nothing.
func WriteAtomic(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	return err
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:32]
}

func join(files map[string][]byte) []byte {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	var all []byte
	for _, name := range names {
		all = append(append(append(all, name...), 0), files[name]...)
	}
	return all
}
