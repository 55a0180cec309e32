package toolexec

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/internal/gofile"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// compilation is one compile of a package.
type compilation struct {
	*runner
	path    string // import path, without the mark of a test variant
	output  string // the archive
	session *session.Session
	tracing bool // the attempt is one with what records steps
}

// isMain reports whether the package becomes one of the user's programs.
func (c *compilation) isMain() bool {
	return c.Args.Value("-p") == "main" && !c.isTestMain()
}

// isTestMain reports whether the package is the main package that go test
// generates. Tests start no server.
func (c *compilation) isTestMain() bool {
	for _, f := range c.Args.Files() {
		if filepath.Base(f) == "_testmain.go" {
			return true
		}
	}
	return false
}

// source is one Go file of a compile.
type source struct {
	generate.File
	arg string // as the go command gave it
	// path is the user's file: arg itself, or the file that cover or cgo made
	// arg from. It is "" for a file that the go command or a tool generated.
	path string
	// replaced is the file that path replaces by -overlay, otherwise path.
	replaced string
	lines    [][2]int
	all      bool           // every line is effective
	fset     *token.FileSet // one for all files of the compile
	made     *ast.File      // what the compiler was to read, where it is not the user's
}

// sources returns the files of the compile.
func (c *compilation) sources() []*source {
	trimpath := c.Args.Value("-trimpath")
	overlay := gotool.ReadOverlay(trimpath)
	var list []*source
	fset := token.NewFileSet()
	for _, arg := range c.Args.Files() {
		f := &source{arg: arg, path: c.userFile(arg), fset: fset}
		f.replaced = overlay.Replaced(f.path)
		list = append(list, f)
	}
	return list
}

// userFile returns the user's file that an input of the compiler was made from.
// What cover and cgo write into the go command's work directory begins with a
// //line directive that names it.
func (c *compilation) userFile(arg string) string {
	if !filepath.IsAbs(arg) {
		return ""
	}
	if filepath.Dir(arg) != filepath.Dir(c.output) {
		return arg
	}
	return headDirective(arg, c.Args.Value("-trimpath"))
}

// headDirective returns the user's file that cover or cgo made a file from.
// Each writes one //line directive before its input. If both ran, cgo's comes
// first and names cover's output, which begins with cover's own.
func headDirective(file, trimpath string) string {
	src, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "//line "); ok {
			name := rewrite.DirectiveFile(text)
			if !madeBeside(file, name) {
				return gotool.Untrim(name, trimpath)
			}
		} else if line != "" && !strings.HasPrefix(line, "//") {
			break
		}
	}
	return ""
}

// madeBeside reports whether name is another file in the go command's work
// directory. With -trimpath only its base name is left.
func madeBeside(file, name string) bool {
	if filepath.IsAbs(name) {
		return filepath.Dir(name) == filepath.Dir(file)
	}
	if filepath.Base(name) != name {
		return false
	}
	_, err := os.Stat(filepath.Join(filepath.Dir(file), name))
	return err == nil
}

// tooLarge reports whether a file is too large for goat to find its lines.
func (c *compilation) tooLarge(file string) bool {
	info, err := os.Stat(file)
	if err != nil || info.Size() <= gofile.MaxSize {
		return false
	}
	c.Log.Warn("leaving a file as it is", "file", file, "reason", "it is too large", "bytes", info.Size())
	return true
}

// parse parses the user's file.
func (f *source) parse() error {
	syntax, err := parser.ParseFile(f.fset, f.path, f.Src, analyzers.ParseMode)
	if err != nil {
		return fmt.Errorf("parsing: %w", err)
	}
	f.Syntax = syntax
	f.Text = rewrite.UserFile(f.path, f.Src, f.fset, syntax)
	return nil
}

// parseMade parses what cover or cgo made of a file, if they did.
func (f *source) parseMade() error {
	if f.arg == f.path {
		return nil
	}
	src, err := os.ReadFile(f.arg)
	if err != nil {
		return fmt.Errorf("reading what cover or cgo wrote: %w", err)
	}
	syntax, err := parser.ParseFile(f.fset, f.arg, src, analyzers.ParseMode)
	if err != nil {
		return fmt.Errorf("parsing what cover or cgo wrote: %w", err)
	}
	made, err := f.Text.Made(src, syntax)
	if err != nil {
		return fmt.Errorf("matching %s with what cover or cgo made of it: %w", f.Name, err)
	}
	f.Text = made
	return nil
}
