package git

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/goat-trace/goat/internal/gofile"
)

// Witness notes all that a line set was computed from and that may be another
// thing the next time: what git was asked about the user's repositories, with
// its answers, and which files were looked at, with what they held. When
// everything is still so, so is the line set, and a few quick questions take
// the place of comparing trees.
//
// Answers that cannot change are not noted: the tree of a commit, the bytes
// of an object, the merge base of two commits.
//
// Witnesses are for line sets that come from git. The zero value is ready.
// Methods may be called concurrently.
type Witness struct {
	// Git is the git that was asked.
	Git string `json:"git"`
	// Asked is sorted: several questions may be asked at once.
	Asked []Question `json:"asked"`
	// Files maps an absolute path to what stood there, see look.
	Files map[string]string `json:"files"`
	// Variables maps a variable of the environment to its value.
	Variables map[string]string `json:"variables,omitempty"`
	// Unfit says that something decided that cannot be asked for again.
	Unfit bool `json:"unfit,omitempty"`

	mu sync.Mutex
}

// Asked is a question to git and a digest of its answer.
type Question struct {
	Dir  string   `json:"dir"`
	Args []string `json:"args"`
	// Located says that GIT_DIR and the like were left in the environment.
	Located bool   `json:"located,omitempty"`
	Stdin   string `json:"stdin,omitempty"`
	// Only is what the records begin with that count, "" for the whole answer.
	Only   string `json:"only,omitempty"`
	Answer string `json:"answer"`
	// States says how the tracked files that the answer lists stood on disk; ""
	// for an answer that is not looked at so.
	States string `json:"states,omitempty"`
}

// asked notes an answer and git's exit code; nil notes nothing.
func (w *Witness) asked(q Question, out []byte, code int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Git == "" {
		w.Git = gitIdentity()
	}
	q.Args, q.Answer = slices.Clone(q.Args), answer(out, code, q.Only)
	at, known := slices.BinarySearchFunc(w.Asked, q, compareAsked)
	if known && w.Asked[at].Only == q.Only && w.Asked[at].Located == q.Located {
		w.Unfit = w.Unfit || w.Asked[at].Answer != q.Answer || w.Asked[at].States != q.States // it changed meanwhile
		return
	}
	w.Asked = slices.Insert(w.Asked, at, q)
}

func compareAsked(a, b Question) int {
	return cmp.Or(strings.Compare(a.Dir, b.Dir), slices.Compare(a.Args, b.Args), strings.Compare(a.Stdin, b.Stdin))
}

// answer returns a digest of what git said: its exit code and its output, or those
// records of it that begin with only.
func answer(out []byte, code int, only string) string {
	h := sha256.New()
	if only == "" {
		h.Write(out)
	} else {
		for record := range bytes.SplitSeq(out, []byte{0}) {
			if bytes.HasPrefix(record, []byte(only)) {
				h.Write(record)
				h.Write([]byte{0})
			}
		}
	}
	return fmt.Sprintf("%d %s", code, hex.EncodeToString(h.Sum(nil)))
}

// gitIdentity names the git in PATH by its file: another one may compare
// trees differently.
func gitIdentity() string {
	path, err := exec.LookPath("git")
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano())
}

// Saw notes a file; nil notes nothing.
func (w *Witness) Saw(path string) {
	if w == nil {
		return
	}
	w.note(path, look(path))
}

// Watch returns a getenv that notes what it has looked up; a nil Witness notes
// nothing.
func (w *Witness) Watch(getenv func(string) string) func(string) string {
	if w == nil {
		return getenv
	}
	return func(name string) string {
		value := getenv(name)
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.Variables == nil {
			w.Variables = make(map[string]string)
		}
		w.Variables[name] = value
		return value
	}
}

// CannotTell makes the witness hold never again.
func (w *Witness) CannotTell() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Unfit = true
}

// SawContent notes a regular file whose content has been read.
func (w *Witness) SawContent(path string, content []byte) {
	if w == nil {
		return
	}
	w.note(path, gofile.Hash(content))
}

func (w *Witness) note(path, state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Files == nil {
		w.Files = make(map[string]string)
	}
	w.Files[path] = state
}

// look describes what is at a path, symbolic links followed: the digest
// of a file, the target of a directory, or nothing.
func look(path string) string {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "none"
	case info.IsDir():
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			return "none"
		}
		return "directory " + target
	case !info.Mode().IsRegular():
		return "special"
	case info.Size() > gofile.MaxSize: // its bytes do not count, see gofile.Read
		return "large"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "unreadable"
	}
	return gofile.Hash(content)
}
