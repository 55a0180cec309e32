package report

import (
	"fmt"
	"io"
	"strings"
)

// Format is one way to write a report.
type Format struct {
	Name  string
	Short string // what it is for, as a noun phrase
	// One says that the format holds only one state of the code: if there are
	// several releases, only the first is written.
	One   bool
	Write func(io.Writer, *Report) error
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{Name: "text", Short: "tables for people", Write: Text},
		{Name: "json", Short: "all of it, for programs (docs/report.schema.json)", Write: JSON},
		{Name: "html", Short: "one page with the source of what changed", Write: HTML},
		{Name: "markdown", Short: "a comment on a pull request", Write: Markdown},
		{Name: "profile", Short: "a Go cover profile of the changed code", One: true, Write: Profile},
		{Name: "github", Short: "annotations, as GitHub's workflow commands", Write: GitHub},
		{Name: "codequality", Short: "GitLab's code quality report", Write: CodeQuality},
		{Name: "sarif", Short: "SARIF 2.1.0", Write: SARIF},
		{Name: "cobertura", Short: "Cobertura's XML", One: true, Write: Cobertura},
		{Name: "lcov", Short: "LCOV's tracefile", One: true, Write: LCOV},
		{Name: "junit", Short: "JUnit's XML, a test case for each file", Write: JUnit},
	}
}

// FormatNames lists the formats' names.
func FormatNames() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// Find returns a format by its name.
func Find(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("there is no format %q; use one of %s", name, strings.Join(FormatNames(), ", "))
}
