package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
)

// store is the part of goat's cache directory that holds sessions:
//
//	runs/PID-START-DIGEST   the name of a session
//	memo/NAME               the session of a build, and how to check that it is still valid
//	pairs/XX/NAME           what differs between the two states of a build's changed files
//	sessions/NAME/          session.json, and one file for each directory with changed code
//
// The name of a session is a digest of its files.
type store struct {
	cache                       cache.Dir
	runs, memo, pairs, sessions cache.Folder
	log                         *slog.Logger
}

// formatVersion changes when the files on disk or the meaning of the salt
// change.
const formatVersion = "1"

func openStore(getenv func(string) string, log *slog.Logger) store {
	return newStore(cache.Open(getenv), log)
}

func newStore(dir cache.Dir, log *slog.Logger) store {
	return store{
		cache: dir, log: log,
		runs: dir.Folder(cache.Runs), memo: dir.Folder(cache.Memo), pairs: dir.Folder(cache.Pairs), sessions: dir.Folder(cache.Sessions),
	}
}

// scratchDir is where temporary repositories go if the system's temporary
// directory cannot be used.
func (st store) scratchDir() string { return st.cache.Folder(cache.Scratch).Path() }

// recordKey names the record of a go command and of goat's flags: different
// flags are different sessions.
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
	name, err := st.runs.Get(key)
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

// headFile is the file of a session that lists the others.
const headFile = "session.json"

// read returns the session with a name. Its other files are read and checked
// when they are needed.
func (st store) read(name string) (*Session, error) {
	var h header
	if err := getJSON(st.sessions, name+"/"+headFile, &h); err != nil {
		return nil, err
	}
	if h.ID == "" {
		return nil, fmt.Errorf("%s holds no session", name)
	}
	s := h.Session
	for _, key := range slices.Sorted(maps.Keys(h.Dirs)) {
		module, dir, _ := strings.Cut(key, "\x00")
		s.dirs = append(s.dirs, Dir{Module: module, Dir: dir})
	}
	s.lines = func(module, rel string) (diffsrc.ModuleLines, error) {
		file, ok := h.Dirs[module+"\x00"+rel]
		if !ok {
			return nil, nil
		}
		var lines diffsrc.ModuleLines
		if err := getJSON(st.sessions, name+"/"+file, &lines); err != nil {
			return nil, fmt.Errorf("reading the line sets of %s: %w", rel, err)
		}
		return lines, nil
	}
	return &s, nil
}

func getJSON(f cache.Folder, name string, v any) error {
	data, err := f.Get(name)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// lock makes the other tools of the go command wait while one computes. If
// files cannot be locked, each tool computes for itself.
func (st store) lock(key string) (unlock func()) {
	unlock, err := st.runs.Lock(key)
	if err != nil {
		st.log.Warn("locking the session", "err", err)
	}
	return unlock
}

// First reports whether this process is the first of its go command to ask for
// a name. If the cache cannot be written, every process is the first.
func First(in Input, name string) bool {
	st := openStore(in.Getenv, in.Log)
	key := recordKey(in, gocmd.Find()) + "-" + name
	unlock := st.lock(key)
	defer unlock()
	if _, err := st.runs.Get(key); err == nil {
		return false
	}
	if err := st.runs.Put(key, nil); err != nil {
		st.log.Warn("storing what has been said", "err", err)
	}
	return true
}

// record tells the go command's other tools which session to use. If it cannot
// be written, they compute it again.
func (st store) record(key, name string) {
	st.sessions.Use(name)
	if err := st.runs.Put(key, []byte(name)); err != nil {
		st.log.Warn("storing the session's record", "err", err)
	}
	st.cache.Expire()
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
	files[headFile] = head
	name := digest(join(files))
	if st.intact(name) {
		return name, nil
	}
	return name, st.sessions.PutDirectory(name, files)
}

// intact reports whether all of a session's files exist as they were written.
func (st store) intact(name string) bool {
	files, err := st.sessions.GetDirectory(name)
	return err == nil && digest(join(files)) == name
}

// dirFiles returns the file names for the directories with changed code.
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
