package diffsrc

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// LookUp returns the files in force without asking the go command; ok is false
// where only that one knows.
func (q ModuleQuery) LookUp() (files InForce, ok bool) {
	files.GOMOD, files.GOWORK, ok = q.lookUp()
	return files, ok
}

// lookUp finds the go.mod and the go.work in force as the go command does
// (cmd/go/internal/modload: FindGoWork, findModuleRoot, WillBeEnabled), which
// spares a process in every build. ok is false where something unusual is set
// that only the go command knows the meaning of.
func (q ModuleQuery) lookUp() (gomod, gowork string, ok bool) {
	env := q.getenv()
	if !q.Settled || env("GOROOT") == "" || !filepath.IsAbs(q.Dir) {
		return "", "", false
	}
	if mode := env("GO111MODULE"); mode != "" && mode != "on" || strings.Contains(env("GOFLAGS"), "-overlay") {
		return "", "", false
	}
	switch work := env("GOWORK"); work {
	case "":
		// go env -w refuses GOWORK, but people have editors.
		if mentionsWork(env("GOENV")) || mentionsWork(filepath.Join(env("GOROOT"), "go.env")) {
			return "", "", false
		}
		gowork = nearestFile(q.Dir, "go.work", filepath.Clean(env("GOROOT")))
	case "off":
		gowork = "off"
	default:
		return "", "", false
	}
	gomod = nearestFile(q.Dir, "go.mod", "")
	// A go.mod in the temporary directory itself is not in force.
	temporary := env("TMPDIR")
	if temporary == "" {
		temporary = os.TempDir()
	}
	if gomod != "" && sameDirectory(filepath.Dir(gomod), temporary) {
		gomod = ""
	}
	return gomod, gowork, true
}

func (q ModuleQuery) getenv() func(string) string {
	env := q.Env
	if env == nil {
		env = os.Environ()
	}
	return func(name string) string {
		value := ""
		for _, kv := range env { // the last one counts
			if v, ok := strings.CutPrefix(kv, name+"="); ok {
				value = v
			}
		}
		return value
	}
}

func mentionsWork(file string) bool {
	if file == "" || file == "off" {
		return false
	}
	data, err := os.ReadFile(file)
	return err == nil && bytes.Contains(data, []byte("GOWORK"))
}

// nearestFile returns the first file of a name in dir or above it. The walk
// ends below the directory border, which is not looked into.
func nearestFile(dir, name, border string) string {
	for dir = filepath.Clean(dir); ; {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir || parent == border {
			return ""
		}
		dir = parent
	}
}

func sameDirectory(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}
