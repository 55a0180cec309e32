package toolexec

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// hit is a point that gets a counter.
type hit struct {
	site point.Site
	// shared says that nothing is inserted: the next hit counts for both.
	shared bool
}

// pkgPoints is what a compile's package holds to be instrumented.
type pkgPoints struct {
	module diffsrc.Module
	relDir string // of the package within the module; "" outside the workspace
	files  []*inputFile
	hits   map[*inputFile][]hit // without code yet; indexes follow the order of files
}

// inputFile is one Go file of a compile.
type inputFile struct {
	arg     string // as the go command gave it
	path    string // the user's file: arg itself, or what cover or cgo made arg of; "" for files that are nobody's
	place   string // where the file belongs: path, unless -overlay gives other bytes
	rel     string // module-relative
	src     []byte // of path
	lines   [][2]int
	all     bool // every line is effective
	syntax  *ast.File
	fset    *token.FileSet
	compile rewrite.File // what is inserted into
}

func (p *pkgPoints) count() int {
	n := 0
	for _, h := range p.hits {
		n += len(h)
	}
	return n
}

// findPoints computes the tracking points of a package the same way goat-vet
// does: from the user's own files and their line sets.
func (r *runner) findPoints(s *session.Session, u unit) (*pkgPoints, error) {
	p := &pkgPoints{}
	replaced := readOverlay(flagValue(u.flags, "-trimpath"))
	for _, arg := range u.files {
		f := &inputFile{arg: arg, path: r.userFile(u, arg)}
		f.place = replaced.place(f.path)
		p.files = append(p.files, f)
	}
	if !p.locate(s, u) {
		return p, nil
	}
	var own []*inputFile // the user's, by name
	needed := false
	for _, f := range p.files {
		if f.rel == "" || !rewrite.Headable(f.path) || r.tooLarge(f.path) {
			continue
		}
		if err := r.read(s, p, f); err != nil {
			return p, err
		}
		own = append(own, f)
		needed = needed || analyzers.NeedsFile(f.src, f.lines, f.all)
	}
	if !needed || !r.mayHavePoints(s, u, p) {
		return p, nil
	}
	sort.Slice(own, func(i, j int) bool { return own[i].rel < own[j].rel })
	return p, r.computePoints(s, u, p, own)
}

// computePoints parses all files of the package, those without changed lines
// too: names of functions are numbered through the package.
func (r *runner) computePoints(s *session.Session, u unit, p *pkgPoints, own []*inputFile) error {
	inputs := make([]analyzers.FileInput, len(own))
	for i, f := range own {
		if err := r.parse(f); err != nil {
			return err
		}
		inputs[i] = analyzers.FileInput{Fset: f.fset, File: f.syntax, Src: f.src, Rel: f.rel, Lines: f.lines, All: f.all}
	}
	p.hits = make(map[*inputFile][]hit)
	for i, sites := range analyzers.PackageSites(u.importPath, point.Granularity(s.Config.Granularity), inputs) {
		for k, site := range sites {
			shared := k+1 < len(sites) && together(site, sites[k+1])
			p.hits[own[i]] = append(p.hits[own[i]], hit{site: site, shared: shared})
		}
		if len(sites) == 0 {
			continue
		}
		if err := r.parseCompiled(own[i]); err != nil {
			if s.Config.Strict {
				return err
			}
			r.log.Warn("leaving a file as it is", "file", own[i].path, "reason", err.Error())
			delete(p.hits, own[i])
		}
	}
	return nil
}

// together reports whether two points are always hit together: a function's
// own, and the one before its first statement. One counter does for both, which
// spares small functions a hit that they could not be inlined with. A label
// before the statement may be jumped to.
func together(fn, next point.Site) bool {
	if fn.Kind != point.KindFunc || fn.Anchor != point.BlockStart || next.Anchor != point.Before {
		return false
	}
	body, ok := fn.Node.(*ast.BlockStmt)
	return ok && len(body.List) > 0 && ast.Node(body.List[0]) == next.Node
}

// userFile returns the user's file that an input of the compiler stands for.
// What cover and cgo write into the go command's work directory begins with a
// //line directive that names it.
func (r *runner) userFile(u unit, arg string) string {
	if !filepath.IsAbs(arg) {
		return ""
	}
	if filepath.Dir(arg) != filepath.Dir(u.output) {
		return arg
	}
	return headDirective(arg, flagValue(u.flags, "-trimpath"))
}

// headDirective returns the user's file that cover or cgo made a file of. Each
// puts one //line directive before its input; where both have run, cgo's
// comes first and names cover's output, which begins with cover's own.
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
				return untrim(name, trimpath)
			}
		} else if line != "" && !strings.HasPrefix(line, "//") {
			break
		}
	}
	return ""
}

// madeBeside reports whether a name is that of another file in the go
// command's work directory; -trimpath leaves only its base.
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

// untrim undoes a -trimpath list ("from=>to;…") on a file name.
func untrim(name, trimpath string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for rule := range strings.SplitSeq(trimpath, ";") {
		from, to, ok := strings.Cut(rule, "=>")
		if !ok || to == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(name, to); ok && strings.HasPrefix(rest, "/") {
			return filepath.Join(from, filepath.FromSlash(rest))
		}
		if name == to {
			return from
		}
	}
	return ""
}

// tooLarge reports whether no lines are found for a file because of its size.
func (r *runner) tooLarge(file string) bool {
	info, err := os.Stat(file)
	if err != nil || info.Size() <= diffsrc.MaxFileSize {
		return false
	}
	r.log.Warn("leaving a file as it is", "file", file, "reason", "it is too large", "bytes", info.Size())
	return true
}

// locate finds the workspace module that the package belongs to.
func (p *pkgPoints) locate(s *session.Session, u unit) bool {
	for _, f := range p.files {
		if f.path == "" {
			continue
		}
		dir := filepath.Dir(f.place)
		m, rel, ok := s.Package(u.importPath, dir)
		if !ok {
			continue
		}
		p.module, p.relDir = m, rel
		for _, f := range p.files {
			if f.path != "" && filepath.Dir(f.place) == dir {
				f.rel = path.Join(rel, filepath.Base(f.place))
			}
		}
		return true
	}
	return false
}

// read loads a file and finds its effective lines.
func (r *runner) read(s *session.Session, p *pkgPoints, f *inputFile) error {
	src, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("reading a Go file: %w", err)
	}
	f.src = src
	f.lines, f.all, err = s.Effective(p.module.Path, f.rel, src)
	if errors.Is(err, session.ErrOtherBytes) {
		return r.readAgain(s, p, f)
	}
	return err
}

// readAgain finds the lines of a file that changed while the build ran. The
// archive must hold what the salt promises for these bytes: with an index,
// nothing, else the lines that the same comparison finds now.
func (r *runner) readAgain(s *session.Session, p *pkgPoints, f *inputFile) error {
	if s.Config.Index == "" && s.Config.Patchfile == "" && r.again == nil {
		again, err := r.computeAgain()
		if err != nil {
			return fmt.Errorf("finding the lines of %s, which changed while the build ran: %w", f.path, err)
		}
		r.again = again
	}
	err := session.ErrOtherBytes
	if r.again != nil {
		r.log.Info("a file changed while the build ran; looking at it again", "file", f.path)
		f.lines, f.all, err = r.again.Effective(p.module.Path, f.rel, f.src)
	}
	if errors.Is(err, session.ErrOtherBytes) {
		r.log.Warn("leaving a file as it is", "file", f.path, "reason", err.Error())
		return nil
	}
	return err
}

// parse parses the user's file.
func (r *runner) parse(f *inputFile) error {
	f.fset = token.NewFileSet()
	syntax, err := parser.ParseFile(f.fset, f.path, f.src, analyzers.ParseMode)
	if err != nil {
		return fmt.Errorf("parsing: %w", err)
	}
	f.syntax = syntax
	f.compile = rewrite.UserFile(f.path, f.src, f.fset, syntax)
	return nil
}

// parseCompiled parses what cover or cgo made of a file, where they did.
func (r *runner) parseCompiled(f *inputFile) error {
	if f.arg == f.path {
		return nil
	}
	src, err := os.ReadFile(f.arg)
	if err != nil {
		return fmt.Errorf("reading what cover or cgo wrote: %w", err)
	}
	compiled, err := parser.ParseFile(f.fset, f.arg, src, analyzers.ParseMode)
	if err != nil {
		return fmt.Errorf("parsing what cover or cgo wrote: %w", err)
	}
	made, err := f.compile.Made(src, compiled)
	if err != nil {
		return fmt.Errorf("matching %s with what cover or cgo made of it: %w", f.rel, err)
	}
	f.compile = made
	return nil
}
