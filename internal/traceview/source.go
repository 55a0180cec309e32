package traceview

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/gofile"
	"github.com/goat-trace/goat/internal/trace"
)

// Source finds the text of locations in a work tree.
type Source struct {
	dir   string              // below which, or above, the module is
	roots map[string]string   // module path → directory, "" for none
	files map[string][]string // lines
}

// NewSource returns the source of the modules in dir, or in a directory above it.
func NewSource(dir string) *Source {
	return &Source{dir: dir, roots: make(map[string]string), files: make(map[string][]string)}
}

// root returns the directory of a module, "" where it is not found.
func (s *Source) root(module string) string {
	if root, ok := s.roots[module]; ok {
		return root
	}
	s.roots[module] = ""
	for dir := s.dir; ; dir = filepath.Dir(dir) {
		data, err := bounded.ReadFile(filepath.Join(dir, "go.mod"), 1<<20)
		if err == nil && modfile.ModulePath(data) == module {
			s.roots[module] = dir
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// Line returns a line of a table's file without the blanks around it, "" where it is
// not to be had.
func (s *Source) Line(t *trace.Table, file string, line int) string {
	if s == nil || t == nil {
		return ""
	}
	lines := s.Lines(t.Module, file)
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[line-1])
}

// text returns a table's file, false where it is not to be had.
func (s *Source) text(t *trace.Table, file string) (string, bool) {
	if s == nil || t == nil {
		return "", false
	}
	lines := s.Lines(t.Module, file)
	return strings.Join(lines, "\n"), len(lines) > 0
}

// Lines returns the lines of a module's file, nil where it is not to be had.
func (s *Source) Lines(module, file string) []string {
	root := s.root(module)
	if root == "" || !filepath.IsLocal(filepath.FromSlash(file)) {
		return nil
	}
	name := filepath.Join(root, filepath.FromSlash(file))
	lines, ok := s.files[name]
	if !ok {
		if info, err := os.Stat(name); err == nil && info.Size() <= gofile.MaxSize {
			if data, err := bounded.ReadFile(name, gofile.MaxSize); err == nil {
				lines = strings.Split(string(data), "\n")
			}
		}
		if len(s.files) >= 100 {
			clear(s.files)
		}
		s.files[name] = lines
	}
	return lines
}
