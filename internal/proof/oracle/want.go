package oracle

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Want is what a comment at the end of a line expects of the points on that line:
//
//	// want: hit                  all points of the line are hit
//	// want: stmt hit, else miss  those of a kind are or are not
//	// want: none                 the line has no point
//
// A line without such a comment expects nothing.
type Want struct {
	File string // relative, with slashes
	Line int
	Kind string // "" for all kinds
	Hit  bool
	None bool
}

const wantMark = "// want: "

// Wants reads the comments of all Go files below a directory. Modules nested
// there are left out.
func Wants(dir string) ([]Want, error) {
	var wants []Want
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != dir {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		in, err := parseWants(filepath.ToSlash(rel), data)
		wants = append(wants, in...)
		return err
	})
	return wants, err
}

func parseWants(file string, data []byte) ([]Want, error) {
	var wants []Want
	line := 0
	for text := range bytes.Lines(data) {
		line++
		_, comment, ok := strings.Cut(string(text), wantMark)
		if !ok {
			continue
		}
		for clause := range strings.SplitSeq(strings.TrimSpace(comment), ", ") {
			w := Want{File: file, Line: line}
			kind, state, ok := strings.Cut(clause, " ")
			if ok {
				w.Kind = kind
			} else {
				state = clause
			}
			switch state {
			case "hit":
				w.Hit = true
			case "miss":
			case "none":
				w.None = true
			default:
				return nil, fmt.Errorf("%s:%d: reading %q: want hit, miss or none", file, line, clause)
			}
			wants = append(wants, w)
		}
	}
	return wants, nil
}

// CheckWants returns where the hits differ from the comments.
func CheckWants(wants []Want, items []Item) []string {
	type place struct {
		file string
		line int
	}
	at := make(map[place][]Item)
	for _, item := range items {
		p := place{item.File, item.Line}
		at[p] = append(at[p], item)
	}
	var problems []string
	for _, w := range wants {
		found := 0
		for _, item := range at[place{w.File, w.Line}] {
			if w.Kind != "" && item.Kind != w.Kind {
				continue
			}
			found++
			if w.None || (item.Count > 0) != w.Hit {
				problems = append(problems, fmt.Sprintf("%s: got count %d, want %s", item, item.Count, w.state()))
			}
		}
		if found == 0 && !w.None {
			problems = append(problems, fmt.Sprintf("%s:%d %s: got no point, want %s", w.File, w.Line, w.Kind, w.state()))
		}
	}
	return problems
}

func (w Want) state() string {
	switch {
	case w.None:
		return "none"
	case w.Hit:
		return "hit"
	}
	return "miss"
}
