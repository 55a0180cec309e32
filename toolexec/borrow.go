package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goat-trace/goat/internal/session"
)

// standard compiles a package of the standard library, or borrows its archive
// from an earlier build under another salt. goat never changes these packages,
// but a salted tool ID makes the go command compile them again for each base
// and configuration.
//
// What a compile's archive depends on is its key: the compiler, its flags,
// the bytes of its files and the content IDs of what it imports. Only the
// build ID in the archive is the build's own and is put in.
func (r *runner) standard() (int, error) {
	if r.driven() {
		return r.passOn() // the go command's own cache has it
	}
	b, err := r.newBorrowing()
	if err != nil {
		if !errors.Is(err, errNotBorrowable) {
			r.log.Warn("compiling without looking for an earlier archive", "reason", err.Error())
		}
		return r.passOn()
	}
	if b.take() {
		return 0, nil
	}
	var stdout, stderr bytes.Buffer
	code, err := r.start(r.cmd.Args, &stdout, &stderr)
	r.stdout.Write(stdout.Bytes())
	r.stderr.Write(stderr.Bytes())
	if err == nil && code == 0 && stdout.Len()+stderr.Len() == 0 {
		b.give()
	}
	return code, err
}

var errNotBorrowable = errors.New("an input is not looked at")

// borrowing is one compile whose archive may be had from an earlier one.
type borrowing struct {
	buildID string
	outputs []string // the archive and, with -asmhdr, the header for assembly
	kept    string   // where they are kept, without a number at the end
}

// notBorrowable are flags that name inputs or outputs that the key leaves out.
var notBorrowable = []string{"-embedcfg", "-pgoprofile", "-coveragecfg", "-linkobj"}

func (r *runner) newBorrowing() (*borrowing, error) {
	flags, files := goFiles(r.cmd.Args)
	b := &borrowing{buildID: flagValue(flags, "-buildid"), outputs: []string{flagValue(flags, "-o")}}
	if b.buildID == "" || b.outputs[0] == "" {
		return nil, errNotBorrowable
	}
	for _, f := range notBorrowable {
		if flagValue(flags, f) != "" {
			return nil, errNotBorrowable
		}
	}
	if header := flagValue(flags, "-asmhdr"); header != "" {
		b.outputs = append(b.outputs, header)
	}
	h := sha256.New()
	if err := r.hashCompile(h, flags, files, filepath.Dir(b.outputs[0])); err != nil {
		return nil, err
	}
	key := hex.EncodeToString(h.Sum(nil))
	b.kept = filepath.Join(session.CacheDir(r.getenv), "std", key[:2], key)
	return b, nil
}

// compileEnv are the variables that change what the compiler makes of the same
// arguments.
var compileEnv = []string{
	"GOOS", "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM",
	"GOEXPERIMENT", "GOFIPS140", "GOROOT", "GOCOMPILEDEBUG", "GOSSAFUNC",
}

// hashCompile writes all that decides a compile's output. work is the go
// command's directory for the package: its name is new in each build and is
// not in the output.
func (r *runner) hashCompile(h io.Writer, flags, files []string, work string) error {
	tool, err := os.Stat(r.cmd.Tool)
	if err != nil {
		return fmt.Errorf("looking at the compiler: %w", err)
	}
	fmt.Fprintf(h, "1\x00%q\x00%s\x00%d\x00%d\x00", r.cmd.Wrapper, r.cmd.Tool, tool.Size(), tool.ModTime().UnixNano())
	for _, name := range compileEnv {
		fmt.Fprintf(h, "%s=%s\x00", name, r.getenv(name))
	}
	for i := 0; i < len(flags); i++ {
		switch f := flags[i]; {
		case f == "-o" || f == "-buildid":
			i++
		case strings.HasPrefix(f, "-c="):
		default:
			fmt.Fprintf(h, "%s\x00", strings.ReplaceAll(f, work, "$WORK"))
		}
	}
	if err := hashImports(h, flagValue(flags, "-importcfg")); err != nil {
		return err
	}
	if symabis := flagValue(flags, "-symabis"); symabis != "" {
		files = append([]string{symabis}, files...)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading an input: %w", err)
		}
		fmt.Fprintf(h, "%s\x00%x\x00", strings.ReplaceAll(file, work, "$WORK"), sha256.Sum256(data))
	}
	return nil
}

// hashImports writes the content IDs of the imported packages' archives.
func hashImports(h io.Writer, file string) error {
	if file == "" {
		return nil
	}
	cfg, err := readImportConfig(file)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(cfg.text)) {
		if strings.HasPrefix(line, "importmap ") {
			io.WriteString(h, line)
		}
	}
	paths := make([]string, 0, len(cfg.packages))
	for path := range cfg.packages {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	for _, path := range paths {
		id, err := archiveBuildID(cfg.packages[path])
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s=%s\x00", path, id[strings.LastIndexByte(id, '/')+1:])
	}
	return nil
}

// archiveBuildID reads the build ID at the start of a package's archive:
// "actionID/contentID" (cmd/internal/buildid: ReadFile).
func archiveBuildID(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("reading an imported package: %w", err)
	}
	defer f.Close()
	head := make([]byte, 1024)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("reading an imported package: %w", err)
	}
	id, ok := headBuildID(head[:n])
	if !ok {
		return "", fmt.Errorf("finding the build ID of %s: %w", file, errNotBorrowable)
	}
	return id, nil
}

func headBuildID(head []byte) (string, bool) {
	_, rest, ok := bytes.Cut(head, []byte("\nbuild id \""))
	if !ok {
		return "", false
	}
	id, _, ok := bytes.Cut(rest, []byte("\"\n"))
	return string(id), ok && len(id) > 0
}

// take writes the compile's outputs if they are kept.
func (b *borrowing) take() bool {
	for i, output := range b.outputs {
		data, err := os.ReadFile(fmt.Sprintf("%s.%d", b.kept, i))
		if err != nil {
			return false
		}
		if i == 0 {
			old, ok := headBuildID(data[:min(len(data), 1024)])
			if !ok || len(old) != len(b.buildID) {
				return false
			}
			data = bytes.ReplaceAll(data, []byte(old), []byte(b.buildID))
		}
		if os.WriteFile(output, data, 0o666) != nil {
			return false
		}
	}
	return true
}

// give keeps the compile's outputs for later builds, the archive last: take
// looks for it first. What cannot be kept is compiled again.
func (b *borrowing) give() {
	for i := len(b.outputs) - 1; i >= 0; i-- {
		data, err := os.ReadFile(b.outputs[i])
		if err != nil || session.WriteAtomic(fmt.Sprintf("%s.%d", b.kept, i), data) != nil {
			return
		}
	}
}
