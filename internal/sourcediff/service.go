package sourcediff

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"strconv"
	"text/template"

	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/rt/manifest"
)

//go:embed service.go.tmpl
var serviceText string

// parseService parses the template; only goat diff -markers needs it.
func parseService() (*template.Template, error) {
	return template.New("service").Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(serviceText)
}

// service is what the generated package is made from.
type service struct {
	Name, App, Version          string
	Base, BaseCommit, Source    string
	Granularity, DataType, Goat string
	Format                      int
	Counts                      bool
	Points                      []numbered
	Components                  []component
}

// numbered is a point with its number in the tree.
type numbered struct {
	ID      int
	Package string
	point.Point
}

// component is a main package and the numbers of its points.
type component struct {
	ID     int
	Name   string
	Points []int
}

// text returns the generated file.
func (s service) text() ([]byte, error) {
	s.Format, s.Goat = manifest.TrackFormat, buildinfo.Version()
	parsed, err := parseService()
	if err != nil {
		return nil, fmt.Errorf("generating the package that counts: %w", err)
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, s); err != nil {
		return nil, fmt.Errorf("generating the package that counts: %w", err)
	}
	text, err := format.Source(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("generating the package that counts: %w", err)
	}
	return text, nil
}
