package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageSheet string

//go:embed page.js
var pageScript string

// hash names an inline text in a Content-Security-Policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// policy allows the page's own style sheet and script, and nothing else.
func policy() string {
	return "default-src 'none'; style-src " + hash(pageSheet) + "; script-src " + hash(pageScript) + "; base-uri 'none'; form-action 'none'"
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"sheet":  func() template.CSS { return template.CSS(pageSheet) }, //nolint:gosec // goat's own
	"script": func() template.JS { return template.JS(pageScript) },  //nolint:gosec // goat's own
	"policy": policy,
	"line":   terminal.Line,
	"place":  (*Point).Place,
	"totals": func(r *Release) string { return r.Totals.summary() },
	"lines":  func(r *Release) string { return r.Totals.lineSummary() },
	"sides":  (*Sides).Sentence,
	"owners": func(list []string) string { return strings.Join(list, " ") },
}).Parse(pageText))

// HTML writes one page that loads nothing: totals, what never ran, and the source
// around changed lines.
func HTML(w io.Writer, r *Report) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if err := page.ExecuteTemplate(out, "head", r); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	for i, release := range r.Releases {
		if err := page.ExecuteTemplate(out, "release", release); err != nil {
			return fmt.Errorf("writing the page: %w", err)
		}
		for j, f := range release.Files {
			writeFile(out, fmt.Sprintf("f%d-%d", i, j), f)
		}
	}
	if err := page.ExecuteTemplate(out, "foot", r); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return out.Flush()
}
