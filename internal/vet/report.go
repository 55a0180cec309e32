package vet

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/terminal"
)

// reportVersion is raised when a field changes its meaning or goes away. With
// version 2 a stableId names one code.
const reportVersion = 2

// report is what goat-vet says by itself; -json prints it as it is.
type report struct {
	Version     int         `json:"version"`
	Source      string      `json:"source"` // blame, diff, diff-norenames, patchfile, index, init
	Bases       []base      `json:"bases"`  // one for each repository
	Granularity string      `json:"granularity"`
	Points      []listed    `json:"points"` // by package, file and position
	Components  []component `json:"components"`
	Removed     []removed   `json:"removed"`
	// Moved is the code that was elsewhere in the base, at precision 1.
	Moved []moved `json:"moved"`
	// Recordable are the functions in the trace scope (setting trace), by package and
	// file.
	Recordable []recordable `json:"recordable,omitempty"`
	// Dependencies are the required modules that were compared (setting
	// modules), by path.
	Dependencies []dependency `json:"dependencies,omitempty"`
	// Warnings say what was asked for and is not in the report.
	Warnings []string `json:"warnings,omitempty"`

	name func(module, file string) string // a file as the user would type it
}

type base struct {
	Ref    string `json:"ref"`
	Mode   string `json:"mode"`
	Commit string `json:"commit"`
	Used   string `json:"used"` // the commit whose tree was compared
	Why    string `json:"why"`  // how it was chosen, or where it is set
}

type listed struct {
	Package string `json:"package"`
	Module  string `json:"module"`
	Version string `json:"moduleVersion,omitempty"` // of a required module
	point.Point
}

// component is a main package and the points of its binary, or a part of it
// that goat.yaml names.
type component struct {
	ID     int           `json:"id"`
	Name   string        `json:"name"`
	Main   string        `json:"main,omitempty"` // of a named part: the main package
	Points []numberedRef `json:"points"`
}

// dependency is a required module that is not what the base required.
type dependency struct {
	Module string `json:"module"`
	Old    string `json:"old"` // "" for a new module
	New    string `json:"new"`
	Points int    `json:"points"`           // of the packages looked at
	Reason string `json:"reason,omitempty"` // why there are none
}

// recordable is a function in the trace scope.
type recordable struct {
	Package string `json:"package"`
	Module  string `json:"module"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Func    string `json:"func"`
	// Inlined says that its steps are not recorded, because it is tiny and the
	// compiler inlines it.
	Inlined bool `json:"inlined,omitempty"`
	// Reason says why its steps cannot be recorded, "" if they can be.
	Reason string `json:"reason,omitempty"`
	// Redacted are names in it whose values are not recorded.
	Redacted []string `json:"redacted,omitempty"`
}

type numberedRef struct {
	ID       int    `json:"id"`
	Package  string `json:"package"`
	StableID string `json:"stableId"`
}

type moved struct {
	Module string `json:"module"`
	File   string `json:"file"`
	diffsrc.Moved
}

type removed struct {
	Module string `json:"module"`
	File   string `json:"file"`
	diffsrc.Removed
}

// printJSON prints the report. That it could not be written is out's to say.
func (r *report) printJSON(out io.Writer) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return err
	}
	_, _ = out.Write(terminal.JSON(text.Bytes()))
	return nil
}
