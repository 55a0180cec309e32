package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/goat-trace/goat/internal/bounded"
)

// FileName is the name of the configuration file.
const FileName = "goat.yaml"

// maxFile limits the size of the configuration file. It has room for many lists
// of a thousand names.
const maxFile = 1 << 20

// Input is where configuration comes from.
type Input struct {
	// Dir is the directory where the walk up to goat.yaml starts, and to which
	// paths in flags and variables are relative. It is the working directory of
	// the go command and should be absolute.
	Dir   string
	Flags Flags
	// Getenv looks up a variable; "" means unset. nil knows no variables.
	Getenv func(string) string
}

// Load reads the configuration. Its error joins one *Error for each mistake of
// the user's.
func Load(in Input) (*Config, error) {
	l := loader{in: in, config: defaults(), settings: Settings(), origins: make(map[string]level)}
	if l.in.Getenv == nil {
		l.in.Getenv = func(string) string { return "" }
	}
	if abs, err := filepath.Abs(in.Dir); err == nil {
		l.in.Dir = abs
	}
	l.loadFile()
	l.loadEnv()
	l.loadFlags()
	l.chooseSource()
	if l.config.Threads == 0 {
		l.config.Threads = runtime.GOMAXPROCS(0)
	}
	if err := join(l.errs); err != nil {
		return nil, err
	}
	return l.config, nil
}

// GateOf returns the rules that the text of a goat.yaml has; name is for messages.
func GateOf(name string, text []byte) ([]string, error) {
	l := loader{config: defaults(), settings: Settings(), origins: make(map[string]level)}
	l.config.File = name
	l.parse(text)
	if err := join(l.errs); err != nil {
		return nil, err
	}
	return l.config.Gate, nil
}

// defaults returns the configuration if the user sets nothing.
func defaults() *Config {
	c := &Config{Origins: make(map[string]string)}
	for _, s := range Settings() {
		if s.Default != "" && s.field != nil {
			setText(s.field(c), s.Default)
		}
	}
	return c
}

// loadFile finds the file and reads it.
func (l *loader) loadFile() {
	file := l.findFile()
	if file == "" {
		return
	}
	data, err := bounded.ReadFile(file, maxFile)
	if err != nil {
		l.fail(&Error{File: l.short(file), Msg: fmt.Sprintf("%v; make it a readable file or name another file with -config or GOAT_CONFIG", bare(err))})
		return
	}
	l.config.File = file
	l.parse(data)
}

// findFile returns the file's absolute path, or "" if there is none.
func (l *loader) findFile() string {
	key, file := "-config", l.in.Flags.Config
	if file == "" {
		key, file = "GOAT_CONFIG", l.in.Getenv("GOAT_CONFIG")
	}
	if file == "" {
		return l.walkUp()
	}
	abs := l.absolute(l.in.Dir, file)
	switch info, err := os.Stat(abs); {
	case errors.Is(err, fs.ErrNotExist):
		l.fail(&Error{Key: key, Value: file, Msg: fmt.Sprintf("%s does not exist; create it or leave %s out", abs, key)})
		return ""
	case err == nil && info.IsDir():
		l.fail(&Error{Key: key, Value: file, Msg: fmt.Sprintf("%s is a directory; name the file, for example %s", abs, filepath.Join(file, FileName))})
		return ""
	}
	l.config.Origins["-config"] = key
	return abs
}

// walkUp looks for goat.yaml in Dir and the directories above it.
func (l *loader) walkUp() string {
	for dir := l.in.Dir; ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, FileName)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// loadEnv applies the variables.
func (l *loader) loadEnv() {
	for _, s := range l.settings {
		if s.Env == "" || s.field == nil || s.RunTime {
			continue
		}
		if text := l.in.Getenv(s.Env); text != "" {
			l.applyText(s, levelEnv, s.Env, text)
		}
	}
}

// loadFlags applies the flags.
func (l *loader) loadFlags() {
	for _, s := range l.settings {
		if s.Flag == "" || s.field == nil {
			continue
		}
		if text := *l.in.Flags.value(s.Flag); text != "" {
			l.applyText(s, levelFlag, "-"+s.Flag, text)
		}
	}
}

// applyText applies a value of a variable or flag.
func (l *loader) applyText(s Setting, from level, origin, text string) {
	if old, ok := s.Older[text]; ok {
		text = old
	}
	if s.Type == Path {
		text = l.absolute(l.in.Dir, text)
	}
	msg := setText(s.field(l.config), text)
	if msg == "" {
		msg = s.wrong(s.field(l.config))
	}
	if msg != "" {
		l.fail(&Error{Key: origin, Value: text, Msg: msg, Allowed: s.Allowed})
		return
	}
	l.came(s, from, origin)
}

// chooseSource keeps one of index, patchfile and base: the one set at the
// highest level. At the same level, an index replaces the base that it was made
// from, and a patch file together with either is an error.
func (l *loader) chooseSource() {
	fields := map[string]*string{"index": &l.config.Index, "patchfile": &l.config.Patchfile, "oldBranch": &l.config.Base}
	names := []string{"index", "patchfile", "oldBranch"}
	winner := names[0]
	for _, name := range names {
		if l.origins[name] > l.origins[winner] {
			winner = name
		}
	}
	for _, name := range names {
		if name == winner {
			continue
		}
		same := l.origins[name] > levelDefault && l.origins[name] == l.origins[winner]
		if same && (name == "patchfile" || winner == "patchfile") {
			l.fail(&Error{Key: l.config.Origins[name], Msg: fmt.Sprintf("it excludes %s (%s); keep one of the two", winner, l.config.Origins[winner])})
		}
		*fields[name] = ""
		delete(l.config.Origins, name)
	}
}

// bare removes the path from an error, for messages that name it already.
func bare(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return fmt.Errorf("%s: %w", strings.ToLower(pathErr.Op), pathErr.Err)
	}
	return err
}
