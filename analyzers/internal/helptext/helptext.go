package helptext

import (
	"go/parser"
	"go/token"
	"strings"
)

// Of returns what follows "# Analyzer NAME" and "NAME:" in the package comment
// of doc. Without such a heading it returns "", which analysis.Validate
// refuses.
func Of(doc, name string) string {
	file, err := parser.ParseFile(token.NewFileSet(), "", doc, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil || file.Doc == nil {
		return ""
	}
	_, section, ok := strings.Cut(file.Doc.Text(), "# Analyzer "+name+"\n")
	if !ok {
		return ""
	}
	section, _, _ = strings.Cut(section, "\n# ")
	text, ok := strings.CutPrefix(strings.TrimSpace(section), name+":")
	if !ok {
		return ""
	}
	return strings.TrimSpace(text)
}
