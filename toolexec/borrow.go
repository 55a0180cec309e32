package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/kept"
)

// original runs a tool on what the go command gave it. A salted tool ID makes
// the go command do so again for each base and configuration, with packages
// that goat does not change as well. What the tool makes of them is therefore
// kept, and borrowed under the next salt: see borrowing.
func (r *runner) original() (int, error) {
	b, err := r.newBorrowing()
	if err != nil {
		r.log.Info("running", "tool", r.cmd.Name, "package", r.getenv("TOOLEXEC_IMPORTPATH"), "reason", err.Error())
		return r.passOn()
	}
	if b.take() {
		r.log.Info("borrowed", "tool", r.cmd.Name, "package", r.getenv("TOOLEXEC_IMPORTPATH"))
		return 0, nil
	}
	r.log.Info("running", "tool", r.cmd.Name, "package", r.getenv("TOOLEXEC_IMPORTPATH"))
	var stdout, stderr bytes.Buffer
	code, err := r.start(r.cmd.Args, &stdout, &stderr)
	r.stdout.Write(stdout.Bytes())
	r.stderr.Write(stderr.Bytes())
	if err == nil && code == 0 && stdout.Len()+stderr.Len() == 0 {
		if err := b.give(); err != nil {
			r.log.Warn("keeping what a tool made", "err", err)
		}
	}
	return code, err
}

// borrowing is one run of a tool whose outputs may be had from an earlier one.
//
// What the outputs depend on is the key: the tool, its flags, the bytes of its
// files and the content IDs of what it imports. Only the build ID in an
// archive is the build's own and is put in.
type borrowing struct {
	store   kept.Store
	key     string
	buildID string   // of the archive, "" where the first output has none
	outputs []string // files
	// directory is what the tool fills, where it is not known which files it
	// writes.
	directory string
	fresh     bool // go build -a
}

// errNotBorrowable says that a tool has an input or an effect that the key
// would leave out.
var errNotBorrowable = errors.New("not to be borrowed")

func (r *runner) newBorrowing() (*borrowing, error) {
	if r.driven() {
		return nil, fmt.Errorf("%w: the go command's own cache has it", errNotBorrowable)
	}
	if len(r.cmd.Wrapper) > 0 {
		return nil, fmt.Errorf("%w: another wrapper may do anything", errNotBorrowable)
	}
	b, err := r.inputKey()
	if err != nil {
		return nil, err
	}
	flags, err := gocmd.Parse(gocmd.Find().Args, "")
	b.fresh = err == nil && flags.Bool("a")
	return b, nil
}

// inputKey digests the inputs of a tool.
func (r *runner) inputKey() (*borrowing, error) {
	b := &borrowing{store: kept.Store{Dir: r.cache().Folder(cache.Outputs).Path()}}
	h := sha256.New()
	if err := r.hashTool(h); err != nil {
		return nil, err
	}
	if err := r.hashInputs(h, b); err != nil {
		return nil, err
	}
	b.key = hex.EncodeToString(h.Sum(nil))
	return b, nil
}

func (r *runner) hashInputs(h io.Writer, b *borrowing) error {
	switch r.cmd.Name {
	case "asm":
		return b.hashAssemble(h, r.cmd.Args)
	case "cgo":
		return b.hashCgo(h, r.cmd.Args, r.goroot())
	}
	return b.hashCompile(h, r.cmd.Args)
}

// take writes the outputs if they are kept.
func (b *borrowing) take() bool {
	if b.fresh {
		return false
	}
	outputs, ok := b.store.Get(b.key)
	if ok && b.directory != "" {
		return b.takeDirectory(outputs)
	}
	if !ok || len(outputs) != len(b.outputs) {
		return false
	}
	for i, data := range outputs {
		if i == 0 && b.buildID != "" {
			old, ok := headBuildID(data[:min(len(data), headSize)])
			if !ok || len(old) != len(b.buildID) {
				return false
			}
			data = bytes.ReplaceAll(data, []byte(old), []byte(b.buildID))
		}
		if os.WriteFile(b.outputs[i], data, 0o666) != nil {
			return false
		}
	}
	return true
}

// give keeps the outputs for later builds.
func (b *borrowing) give() error {
	if b.directory != "" {
		return b.giveDirectory()
	}
	outputs := make([][]byte, len(b.outputs))
	for i, output := range b.outputs {
		var err error
		if outputs[i], err = os.ReadFile(output); err != nil {
			return err
		}
	}
	return b.store.Put(b.key, outputs...)
}

// headSize is how much of an archive holds the build ID.
const headSize = 1024

func headBuildID(head []byte) (string, bool) {
	_, rest, ok := bytes.Cut(head, []byte("\nbuild id \""))
	if !ok {
		return "", false
	}
	id, _, ok := bytes.Cut(rest, []byte("\"\n"))
	return string(id), ok && len(id) > 0
}

// contentID is the part of a build ID that names what an archive holds.
func contentID(buildID string) string { return buildID[strings.LastIndexByte(buildID, '/')+1:] }
