package diffsrc

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
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
	Asked []Asked `json:"asked"`
	// Files maps an absolute path to what stood there, see look.
	Files map[string]string `json:"files"`
	// Unfit says that something decided that cannot be asked for again.
	Unfit bool `json:"unfit,omitempty"`

	mu sync.Mutex
}

// Asked is a question to git and a digest of its answer.
type Asked struct {
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

// Holds reports whether everything is as it was noted. It asks git anew, one
// process a question and several at once, and stops at the first other answer.
func (w *Witness) Holds(ctx context.Context) bool {
	if w.Unfit || w.Git == "" || w.Git != gitIdentity() {
		return false
	}
	for path, state := range w.Files {
		if look(path) != state {
			return false
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, q := range w.Asked {
		group.Go(func() error {
			out, err := userGit(q.Dir, os.Environ(), q.Located).run(ctx, strings.NewReader(q.Stdin), q.Args...)
			if answer(out, err, q.Only) != q.Answer || q.States != "" && !sameStates(q.Dir, q.States, out, w.knows) {
				return errOtherAnswer
			}
			return nil
		})
	}
	return group.Wait() == nil
}

// errOtherAnswer ends the questions.
var errOtherAnswer = errors.New("git says something else")

// asked notes an answer; nil notes nothing.
func (w *Witness) asked(g git, q Asked, out []byte, err error) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Git == "" {
		w.Git = gitIdentity()
	}
	q.Dir, q.Args, q.Located, q.Only, q.Answer = g.dir, slices.Clone(q.Args), g.located, g.only, answer(out, err, g.only)
	at, _ := slices.BinarySearchFunc(w.Asked, q, compareAsked)
	w.Asked = slices.Insert(w.Asked, at, q)
}

func compareAsked(a, b Asked) int {
	return cmp.Or(strings.Compare(a.Dir, b.Dir), slices.Compare(a.Args, b.Args), strings.Compare(a.Stdin, b.Stdin))
}

// askedWorkTree notes the answer to listGo, and how the tracked files stand. Of
// one that was written just now, its content too: it may be written again in the
// same tick of the clock.
func (w *Witness) askedWorkTree(g git, list []entry, answer []byte) {
	if w == nil {
		return
	}
	w.asked(g, Asked{Args: listGo, States: statesOf(list)}, answer, nil)
	now := time.Now().UnixNano()
	for _, e := range list {
		tick := tickOf(e.now.mtime)
		if e.now.known && e.now.mtime > now-tick || e.tag == "?" && path.Base(e.path) == ".gitattributes" {
			w.saw(filepath.Join(g.dir, filepath.FromSlash(e.path)))
		}
	}
}

// knows reports whether a file's content has been noted.
func (w *Witness) knows(path string) bool {
	_, ok := w.Files[path]
	return ok
}

// tickOf returns a time that is longer than a tick of the clock by which a file
// system dates files: where it counts whole seconds, or two of them, that.
func tickOf(mtime int64) int64 {
	if mtime%int64(time.Second) == 0 {
		return int64(3 * time.Second)
	}
	return int64(100 * time.Millisecond)
}

func answer(out []byte, err error, only string) string {
	code := 0
	if err != nil {
		code = exitCode(err)
	}
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
	path, err := lookGit()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano())
}

// saw notes a file; nil notes nothing.
func (w *Witness) saw(path string) {
	if w == nil {
		return
	}
	w.note(path, look(path))
}

// cannotTell makes the witness hold never again.
func (w *Witness) cannotTell() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Unfit = true
}

// sawContent notes a regular file whose content has been read.
func (w *Witness) sawContent(path string, content []byte) {
	if w == nil {
		return
	}
	w.note(path, contentState(content))
}

func (w *Witness) note(path, state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Files == nil {
		w.Files = make(map[string]string)
	}
	w.Files[path] = state
}

// look describes what stands at a path, symbolic links followed: the digest
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
	case info.Size() > MaxFileSize: // its bytes do not count, see readSource
		return "large"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "unreadable"
	}
	return contentState(content)
}

func contentState(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
