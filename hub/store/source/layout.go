package source

import (
	"path"
	"slices"
	"strings"
)

// layout says which modules a commit contains, and where.
type layout struct {
	modules []module // the longest directory first
}

type module struct {
	path string // as in its go.mod
	dir  string // in the repository; "" for its top
}

// maxModules limits how many go.mod files of a commit are read.
const maxModules = 1000

// add adds the module of a go.mod file, if the file names one.
func (l *layout) add(file, modulePath string) {
	if modulePath == "" {
		return
	}
	dir := path.Dir(file)
	if dir == "." {
		dir = ""
	}
	l.modules = append(l.modules, module{modulePath, dir})
	slices.SortStableFunc(l.modules, func(a, b module) int { return len(b.dir) - len(a.dir) })
}

// outside reports whether a file is where the go command would not look for
// packages of a module.
func outside(file string) bool {
	for element := range strings.SplitSeq(path.Dir(file), "/") {
		if element == "vendor" || element == "testdata" || element != "." && (strings.HasPrefix(element, ".") || strings.HasPrefix(element, "_")) {
			return true
		}
	}
	return false
}

// candidates returns the paths that a file of a profile may have.
func (l *layout) candidates(name string) (paths []string) {
	if path.IsAbs(name) || path.Clean(name) != name || strings.HasPrefix(name, "../") {
		return nil
	}
	for _, m := range l.modules {
		rest, ok := strings.CutPrefix(name, m.path+"/")
		if ok && !outside(rest) {
			p := path.Join(m.dir, rest)
			if at, ok := l.module(p); ok && at == m { // no other module lies in between
				paths = append(paths, p)
			}
		}
	}
	for _, m := range l.modules {
		paths = append(paths, path.Join(m.dir, "vendor", name))
	}
	return paths
}

// module returns the module that a file belongs to.
func (l *layout) module(file string) (m module, ok bool) {
	for _, m := range l.modules {
		if m.dir == "" || strings.HasPrefix(file, m.dir+"/") {
			return m, true
		}
	}
	return module{}, false
}

func (l *layout) name(file string) string {
	m, ok := l.module(file)
	rest := strings.TrimPrefix(strings.TrimPrefix(file, m.dir), "/")
	if !ok || !strings.HasSuffix(file, ".go") || outside(rest) {
		return ""
	}
	return m.path + "/" + rest
}
