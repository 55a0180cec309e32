package outputs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// Run runs a tool on what the go command gave it, or writes what the tool made
// of the same inputs in an earlier build. It returns the tool's exit code.
func Run(call gotool.Call) (int, error) {
	tool, pkg := call.Name, call.Getenv("TOOLEXEC_IMPORTPATH")
	if len(call.Wrapper) > 0 {
		call.Log.Info("running", "tool", tool, "package", pkg, "reason", fmt.Sprintf("%v: another wrapper may do anything", errNotBorrowable))
		return call.Become()
	}
	e, err := find(call)
	if err != nil {
		call.Log.Info("running", "tool", tool, "package", pkg, "reason", err.Error())
		return call.Become()
	}
	if !buildsAnew() && e.borrow() {
		call.Log.Info("borrowed", "tool", tool, "package", pkg)
		return 0, nil
	}
	call.Log.Info("running", "tool", tool, "package", pkg)
	r, err := call.Try()
	call.Print(r)
	if err == nil {
		e.store(call, r)
	}
	return r.Code, err
}

// TryInstrumented is like Run for a compile with goat's files, but it prints
// nothing. The base may have moved and left the package's lines as they were: then
// the compiler would read the same again.
func TryInstrumented(call gotool.Call) (gotool.Result, error) {
	if len(call.Wrapper) > 0 {
		return call.Try()
	}
	r, borrowed, err := try(call, buildsAnew())
	if borrowed {
		call.Log.Info("borrowed", "tool", call.Name, "package", call.Getenv("TOOLEXEC_IMPORTPATH"))
	}
	return r, err
}

// Try is like Run for a tool that goat itself runs. It returns the tool's
// output, and ignores go build -a.
func Try(call gotool.Call) (gotool.Result, error) {
	r, _, err := try(call, false)
	return r, err
}

func try(call gotool.Call, anew bool) (r gotool.Result, borrowed bool, err error) {
	e, keyErr := find(call)
	if keyErr == nil && !anew && e.borrow() {
		return gotool.Result{}, true, nil
	}
	r, err = call.Try()
	if keyErr == nil && err == nil {
		e.store(call, r)
	}
	return r, false, err
}

// buildsAnew reports whether the go command runs with -a.
func buildsAnew() bool {
	flags, err := gocmd.Parse(gocmd.Find().Args, "")
	return err == nil && flags.Bool("a")
}

// entry is what the cache has, or will have, for one run of a tool.
//
// The key is a digest of everything that the outputs depend on: the tool, its
// flags, the bytes of its files and the content IDs of its imports. Only the
// build ID in an archive differs from build to build; it is inserted when the
// entry is used.
type entry struct {
	cache   store
	key     string
	product product
}

func find(call gotool.Call) (entry, error) {
	h := sha256.New()
	if err := hashTool(h, call); err != nil {
		return entry{}, err
	}
	product, err := hashInputs(h, call)
	if err != nil {
		return entry{}, err
	}
	return entry{store{call.Cache().Folder(cache.Outputs).Path()}, hex.EncodeToString(h.Sum(nil)), product}, nil
}

func hashInputs(h io.Writer, call gotool.Call) (product, error) {
	switch call.Name {
	case "asm":
		return hashAssemble(h, call.Args)
	case "cgo":
		return hashCgo(h, call.Args, call.GOROOT())
	}
	return hashCompile(h, call.Args)
}

// borrow writes the outputs if the cache has them.
func (e entry) borrow() bool {
	outputs, ok := e.cache.get(e.key)
	return ok && e.product.write(outputs)
}

// store puts the outputs of a run into the cache if the tool succeeded and
// printed nothing.
func (e entry) store(call gotool.Call, r gotool.Result) {
	if r.Code != 0 || !r.Silent() {
		return
	}
	outputs, err := e.product.read()
	if err == nil {
		err = e.cache.put(e.key, outputs...)
	}
	if err != nil {
		call.Log.Warn("keeping what a tool made", "err", err)
	}
}

// compileEnv are the variables that change the compiler's output for the same
// arguments.
var compileEnv = []string{
	"GOOS", "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM",
	"GOEXPERIMENT", "GOFIPS140", "GOROOT", "GODEBUG", "GOCOMPILEDEBUG",
}

// hashTool writes what identifies the tool and its surroundings.
func hashTool(h io.Writer, call gotool.Call) error {
	tool, err := os.Stat(call.Tool)
	if err != nil {
		return fmt.Errorf("looking at the tool: %w", err)
	}
	if call.Getenv("GOSSAFUNC") != "" {
		return fmt.Errorf("%w: GOSSAFUNC asks for a report", errNotBorrowable)
	}
	fmt.Fprintf(h, "2\x00%s\x00%d\x00%d\x00", call.Tool, tool.Size(), tool.ModTime().UnixNano())
	for _, name := range compileEnv {
		fmt.Fprintf(h, "%s=%s\x00", name, call.Getenv(name))
	}
	return nil
}
