package toolexec

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// packagePoints is a compile's package and its points.
type packagePoints struct {
	generate.Package
	relDir  string    // of the package in the module; "" outside the workspace
	sources []*source // the files of Package.Files
	again   *session.Session
}

// findPoints computes the package's tracking points in the same way as
// goat-vet: from the user's own files and their line sets.
func (c *compilation) findPoints() (*packagePoints, error) {
	p := &packagePoints{sources: c.sources()}
	p.Path = c.path
	for _, f := range p.sources {
		p.Files = append(p.Files, &f.File)
	}
	if !c.locate(p) {
		return p, nil
	}
	var own []*source // the user's files, by name
	needed := false
	for _, f := range p.sources {
		if f.Name == "" || !rewrite.Headable(f.path) || c.tooLarge(f.path) {
			continue
		}
		if err := c.read(p, f); err != nil {
			return p, err
		}
		own = append(own, f)
		needed = needed || analyzers.NeedsFile(f.Src, f.lines, f.all)
	}
	if !needed {
		return p, nil
	}
	if ok, err := c.mayHavePoints(p); !ok || err != nil {
		return p, err
	}
	sort.Slice(own, func(i, j int) bool { return own[i].Name < own[j].Name })
	return p, c.computePoints(own)
}

// locate finds the workspace module that the package belongs to.
func (c *compilation) locate(p *packagePoints) bool {
	for _, f := range p.sources {
		if f.path == "" {
			continue
		}
		dir := filepath.Dir(f.replaced)
		m, rel, ok := c.session.Package(c.path, dir)
		if !ok {
			continue
		}
		p.Module, p.Version, p.relDir = m.Path, m.Version, rel
		for _, f := range p.sources {
			if f.path != "" && filepath.Dir(f.replaced) == dir {
				f.Name = path.Join(rel, filepath.Base(f.replaced))
			}
		}
		return true
	}
	return false
}

// mayHavePoints reports whether the driver salted the package's compile for
// these points. Without a salt, the archive must be that of a plain build. It
// returns an error if the driver salted it for other points, because the files
// have changed since.
func (c *compilation) mayHavePoints(p *packagePoints) (bool, error) {
	if !c.driven() {
		return true, nil
	}
	want, err := c.session.PackageSalt(p.Module, p.relDir)
	switch {
	case err == nil && c.salt == want:
		return true, nil
	case c.salt != "" && err == nil:
		return false, fmt.Errorf("%w: the driver has salted the package %s, and it would be %s now", session.ErrLinesLost, c.salt, want)
	}
	c.Log.Warn("leaving a package without points: the driver has not salted it so", "package", c.path, "dir", p.relDir, "salt", c.salt, "want", want, "err", err)
	return false, nil
}

// read loads a file and finds its effective lines.
func (c *compilation) read(p *packagePoints, f *source) error {
	src, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("reading a Go file: %w", err)
	}
	f.Src = src
	f.lines, f.all, err = c.session.Effective(p.Module, f.Name, src)
	if errors.Is(err, session.ErrOtherBytes) {
		return c.readAgain(p, f)
	}
	return err
}

// readAgain finds the lines of a file that changed during the build. The
// archive must hold what the salt promises for these bytes: nothing with an
// index or a patch file, otherwise the lines that the same comparison finds
// now.
func (c *compilation) readAgain(p *packagePoints, f *source) error {
	if cfg := c.session.Config; cfg.Index == "" && cfg.Patchfile == "" && p.again == nil {
		again, err := c.computeAgain(c.session)
		if err != nil {
			return fmt.Errorf("finding the lines of %s, which changed while the build ran: %w", f.path, err)
		}
		p.again = again
	}
	err := session.ErrOtherBytes
	if p.again != nil {
		c.Log.Info("a file changed while the build ran; looking at it again", "file", f.path)
		f.lines, f.all, err = p.again.Effective(p.Module, f.Name, f.Src)
	}
	if errors.Is(err, session.ErrOtherBytes) {
		c.Log.Warn("leaving a file as it is", "file", f.path, "reason", err.Error())
		return nil
	}
	return err
}

// computePoints parses all files of the package, even those without changed
// lines, because the names of functions are numbered through the package.
func (c *compilation) computePoints(own []*source) error {
	inputs := make([]analyzers.FileInput, len(own))
	for i, f := range own {
		if err := f.parse(); err != nil {
			return err
		}
		inputs[i] = analyzers.FileInput{Fset: f.fset, File: f.Syntax, Src: f.Src, Rel: f.Name, Lines: f.lines, All: f.all}
	}
	cfg := c.session.Config
	for i, sites := range analyzers.PackageSites(c.path, point.Granularity(cfg.Granularity), inputs) {
		f := own[i]
		if len(sites) == 0 {
			continue
		}
		if err := f.parseMade(); err != nil {
			if cfg.Strict {
				return err
			}
			c.Log.Warn("leaving a file as it is", "file", f.path, "reason", err.Error())
			continue
		}
		f.Hits = generate.Hits(sites)
	}
	return nil
}
