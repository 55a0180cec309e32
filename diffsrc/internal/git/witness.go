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

// Witness notes everything that a line set was computed from and that may
// change: the questions that git was asked about the user's repositories, with
// its answers, and the files that were read, with their content. If all of that
// is still the same, so is the line set. A few quick questions then replace the
// comparison of trees.
//
// It does not note answers that cannot change: the tree of a commit, the bytes
// of an object, the merge base of two commits.
//
// Witnesses are for line sets that come from git. The zero value is ready to
// use. Methods may be called concurrently.
type Witness struct {
	// Git identifies the git that was asked.
	Git string `json:"git"`
	// Asked is sorted, because questions may be asked concurrently.
	Asked []Question `json:"asked"`
	// Files maps an absolute path to what was there, see look.
	Files map[string]string `json:"files"`
	// Variables maps a variable of the environment to its value.
	Variables map[string]string `json:"variables,omitempty"`
	// Unfit says that the lines depend on something that cannot be checked
	// again.
	Unfit bool `json:"unfit,omitempty"`

	mu sync.Mutex
}

// Question is a question to git with a digest of the answer.
type Question struct {
	Dir  string   `json:"dir"`
	Args []string `json:"args"`
	// Located says that GIT_DIR and the like were left in the environment.
	Located bool   `json:"located,omitempty"`
	Stdin   string `json:"stdin,omitempty"`
	// Only selects the records that count by their beginning; "" means the
	// whole answer.
	Only   string `json:"only,omitempty"`
	Answer string `json:"answer"`
	// States are the states on disk of the tracked files in the answer; "" if
	// they do not matter for it.
	States string `json:"states,omitempty"`
}

// asked notes an answer and git's exit code. On a nil Witness it does nothing.
func (w *Witness) asked(q Question, out []byte, code int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Git == "" {
		w.Git = Identity()
	}
	q.Args, q.Answer = slices.Clone(q.Args), answer(out, code, q.Only)
	at, known := slices.BinarySearchFunc(w.Asked, q, compareAsked)
	if known && w.Asked[at].Only == q.Only && w.Asked[at].Located == q.Located {
		w.Unfit = w.Unfit || w.Asked[at].Answer != q.Answer || w.Asked[at].States != q.States // the answer changed meanwhile
		return
	}
	w.Asked = slices.Insert(w.Asked, at, q)
}

func compareAsked(a, b Question) int {
	return cmp.Or(strings.Compare(a.Dir, b.Dir), slices.Compare(a.Args, b.Args), strings.Compare(a.Stdin, b.Stdin))
}

// answer returns a digest of git's exit code and output, or of those records of
// the output that begin with only.
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

// Identity identifies the git in PATH by its file, because another git may
// compare trees differently.
func Identity() string {
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

// Saw notes a file. On a nil Witness it does nothing.
func (w *Witness) Saw(path string) {
	if w == nil {
		return
	}
	w.note(path, look(path))
}

// Watch returns a getenv that notes each variable it looks up. On a nil Witness
// it notes nothing.
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

// CannotTell makes sure that the witness never holds again.
func (w *Witness) CannotTell() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Unfit = true
}

// SawContent notes a regular file whose content was read.
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

// look describes what is at a path after following symbolic links: the digest
// of a file, the path of a directory, or nothing.
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
	case info.Size() > gofile.MaxSize: // goat does not read it either, see gofile.Read
		return "large"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "unreadable"
	}
	return gofile.Hash(content)
}
