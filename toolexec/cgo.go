package toolexec

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/gocmd"
)

// cgoFlagUses are the flags of cmd/cgo (cmd/cgo: main) with which it
// translates a package of the standard library.
var cgoFlagUses = map[string]flagUse{
	"objdir": useOutput, "importpath": useValue, "ldflags": useValue, "trimpath": useValue,
	"import_runtime_cgo": useSwitch, "import_syscall": useSwitch,
}

// cgoEnv are variables that cgo and C compilers read; names that end with "_"
// are prefixes.
var cgoEnv = []string{
	"CC", "CXX", "GCC", "CGO_", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "COMPILER_PATH", "LIBRARY_PATH", "GCC_", "SDKROOT",
	"MACOSX_DEPLOYMENT_TARGET", "LANG", "LC_",
}

// hashCgo writes all that decides what cgo makes of a package of the standard
// library, the system's C headers aside, which the go command's own cache does
// not look at either. The user's packages, whose headers may be anywhere, are
// not borrowed.
func (b *borrowing) hashCgo(h io.Writer, args []string, goroot string) error {
	dir := flagValue(args, "-objdir")
	if dir == "" || goroot == "" {
		return fmt.Errorf("%w: not a translation of the standard library", errNotBorrowable)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return fmt.Errorf("%w: %s is not empty", errNotBorrowable, dir)
	}
	b.directory = filepath.Clean(dir)
	in := inputs{h: h, work: b.directory, uses: cgoFlagUses}
	for len(args) > 0 && args[0] != "--" {
		name, value, rest, err := nextFlag(cgoFlagUses, args)
		if err != nil {
			return err
		}
		args = rest
		if err := in.flag(name, value); err != nil {
			return err
		}
	}
	flags, files := goFiles(args)
	for i, flag := range flags {
		if dir := in.neutral(flag); i > 0 && flags[i-1] == "-I" && !strings.HasPrefix(dir, "$WORK") {
			return fmt.Errorf("%w: headers in %s", errNotBorrowable, dir)
		}
		fmt.Fprintf(h, "%s\x00", in.neutral(flag))
	}
	if err := hashCompiler(h); err != nil {
		return err
	}
	return in.packageFiles(files, filepath.Join(goroot, "src"))
}

// packageFiles writes the Go files and all others of their directory that C
// code might include.
func (in inputs) packageFiles(files []string, src string) error {
	if len(files) == 0 || !strings.HasPrefix(files[0], src+string(filepath.Separator)) {
		return fmt.Errorf("%w: not of the standard library", errNotBorrowable)
	}
	entries, err := os.ReadDir(filepath.Dir(files[0]))
	if err != nil {
		return fmt.Errorf("reading a package's directory: %w", err)
	}
	for _, e := range entries {
		if name := filepath.Join(filepath.Dir(files[0]), e.Name()); strings.HasPrefix(filepath.Ext(name), ".h") {
			files = append(slices.Clip(files), name)
		}
	}
	for _, file := range files {
		if err := in.file(file); err != nil {
			return err
		}
	}
	return nil
}

// hashCompiler writes which C compiler is used, and what else is set for it.
func hashCompiler(h io.Writer) error {
	words, err := gocmd.Split(os.Getenv("CC"))
	if err != nil || len(words) == 0 {
		return fmt.Errorf("%w: CC is %q", errNotBorrowable, os.Getenv("CC"))
	}
	compiler, err := exec.LookPath(words[0])
	if err != nil {
		return fmt.Errorf("finding the C compiler: %w", err)
	}
	info, err := os.Stat(compiler)
	if err != nil {
		return fmt.Errorf("looking at the C compiler: %w", err)
	}
	fmt.Fprintf(h, "%s\x00%d\x00%d\x00", compiler, info.Size(), info.ModTime().UnixNano())
	env := os.Environ()
	slices.Sort(env)
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if slices.ContainsFunc(cgoEnv, func(known string) bool {
			return name == known || strings.HasSuffix(known, "_") && strings.HasPrefix(name, known)
		}) {
			fmt.Fprintf(h, "%s\x00", kv)
		}
	}
	return nil
}

// takeDirectory writes the files that fill a directory: the first output is
// the list of their names.
func (b *borrowing) takeDirectory(outputs [][]byte) bool {
	if len(outputs) == 0 {
		return false
	}
	names := strings.Fields(string(outputs[0]))
	if len(names) != len(outputs)-1 {
		return false
	}
	for i, name := range names {
		if filepath.Base(name) != name || os.WriteFile(filepath.Join(b.directory, name), outputs[i+1], 0o666) != nil {
			return false
		}
	}
	return true
}

// giveDirectory keeps all that has come to be in a directory. Files that name
// the directory, which has another name in each build, are of no use.
func (b *borrowing) giveDirectory() error {
	entries, err := os.ReadDir(b.directory)
	if err != nil {
		return err
	}
	outputs := [][]byte{nil}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.ContainsAny(e.Name(), " \t\n") {
			return fmt.Errorf("%w: %s", errNotBorrowable, e.Name())
		}
		data, err := os.ReadFile(filepath.Join(b.directory, e.Name()))
		if err != nil {
			return err
		}
		if bytes.Contains(data, []byte(b.directory)) {
			return fmt.Errorf("%w: %s names its directory", errNotBorrowable, e.Name())
		}
		outputs[0] = append(append(outputs[0], e.Name()...), '\n')
		outputs = append(outputs, data)
	}
	return b.store.Put(b.key, outputs...)
}
