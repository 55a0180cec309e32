package analyzers

import (
	"go/token"
	"path"
	"path/filepath"
	"strings"
)

// directive returns the position of pos after the file's own //line directives,
// as "file:line", or "" when none applies. A file name that the directive gives
// relative to the source file is returned relative to the module.
func directive(in FileInput, pos token.Pos) string {
	raw, adjusted := in.Fset.PositionFor(pos, false), in.Fset.PositionFor(pos, true)
	if raw.Filename == adjusted.Filename && raw.Line == adjusted.Line {
		return ""
	}
	adjusted.Filename = userName(in, raw.Filename, adjusted.Filename)
	adjusted.Column = 0
	return adjusted.String()
}

// userName turns a file name that go/scanner resolved against the source file's
// directory into one without any path of the build machine that the user did
// not write.
func userName(in FileInput, source, adjusted string) string {
	if adjusted == source {
		return in.Rel
	}
	name, dir := slashed(adjusted), path.Dir(slashed(source))
	if filepath.IsAbs(adjusted) && strings.Contains(string(in.Src), adjusted) {
		return name
	}
	if dir == "." && !filepath.IsAbs(adjusted) {
		return path.Join(path.Dir(in.Rel), name)
	}
	for up := ""; ; up += "../" {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
			return path.Join(path.Dir(in.Rel), up+rest)
		}
		parent := path.Dir(dir)
		if parent == dir {
			return path.Base(name)
		}
		dir = parent
	}
}

func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }
