package outputs

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// cgoFlagUses are the flags of cmd/cgo (cmd/cgo: main) that are used for
// packages of the standard library.
var cgoFlagUses = map[string]flagUse{
	"objdir": useOutput, "importpath": useValue, "ldflags": useValue, "trimpath": useValue,
	"import_runtime_cgo": useSwitch, "import_syscall": useSwitch,
}

// cgoEnv are variables that cgo and C compilers read. A name that ends in "_"
// is a prefix.
var cgoEnv = []string{
	"CC", "CXX", "GCC", "CGO_", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "COMPILER_PATH", "LIBRARY_PATH", "GCC_", "SDKROOT",
	"MACOSX_DEPLOYMENT_TARGET", "LANG", "LC_",
}

// hashCgo writes everything that decides cgo's output for a package of the
// standard library, except for the system's C headers, which the go command's
// own cache does not check either. The user's packages are not borrowed,
// because their headers may be anywhere.
func hashCgo(h io.Writer, args gotool.Args, goroot string) (product, error) {
	dir := args.Value("-objdir")
	if dir == "" || goroot == "" {
		return product{}, fmt.Errorf("%w: not a translation of the standard library", errNotBorrowable)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return product{}, fmt.Errorf("%w: %s is not empty", errNotBorrowable, dir)
	}
	p := product{directory: filepath.Clean(dir)}
	in := inputs{h: h, work: p.directory, uses: cgoFlagUses}
	list := args.List()
	for len(list) > 0 && list[0] != "--" {
		name, value, rest, err := nextFlag(cgoFlagUses, list)
		if err != nil {
			return p, err
		}
		list = rest
		if err := in.flag(name, value); err != nil {
			return p, err
		}
	}
	list = list[:max(len(list)-len(args.Files()), 0)]
	for i, flag := range list {
		if dir := in.neutral(flag); i > 0 && list[i-1] == "-I" && !strings.HasPrefix(dir, "$WORK") {
			return product{}, fmt.Errorf("%w: headers in %s", errNotBorrowable, dir)
		}
		fmt.Fprintf(h, "%s\x00", in.neutral(flag))
	}
	if err := hashCompiler(h); err != nil {
		return p, err
	}
	return p, in.packageFiles(args.Files(), filepath.Join(goroot, "src"))
}

// packageFiles writes the Go files and all other files in their directory that
// C code might include.
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

// hashCompiler writes which C compiler is used, and its settings.
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
