package analyzers_test

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
)

// changedMark marks a line of a test's source as effective.
// this comment is effective.
const changedMark = "//+"

func input(t *testing.T, rel, src string) analyzers.FileInput {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "/work/mod/"+rel, src, analyzers.ParseMode)
	if err != nil {
		t.Fatal(err)
	}
	return analyzers.FileInput{Fset: fset, File: file, Src: []byte(src), Rel: rel, Lines: effective(src)}
}

func effective(src string) [][2]int {
	var lines [][2]int
	for i, line := range bytes.Split([]byte(src), []byte("\n")) {
		if bytes.Contains(line, []byte(changedMark)) {
			lines = append(lines, [2]int{i + 1, i + 1})
		}
	}
	return lines
}

var anchors = map[point.Anchor]string{
	point.Before: "before", point.BlockStart: "block", point.ClauseStart: "clause", point.ImplicitElse: "else{}",
	point.NewDefault: "default:", point.ElseIf: "elseif", point.BlockEnd: "end",
}

// describe prints a site as "LINE-ENDLINE FUNC KIND ANCHOR LINES".
func describe(s point.Site) string {
	extent := fmt.Sprint(s.Line)
	if s.EndLine != s.Line {
		extent = fmt.Sprintf("%d-%d", s.Line, s.EndLine)
	}
	var lines []string
	for _, r := range s.Lines {
		if r[0] == r[1] {
			lines = append(lines, fmt.Sprint(r[0]))
		} else {
			lines = append(lines, fmt.Sprintf("%d-%d", r[0], r[1]))
		}
	}
	text := strings.Join([]string{extent, s.Func, string(s.Kind), anchors[s.Anchor], "[" + strings.Join(lines, " ") + "]"}, " ")
	if s.Directive != "" {
		text += " " + s.Directive
	}
	return text
}

func sitesOf(t *testing.T, g point.Granularity, src string) []string {
	t.Helper()
	var got []string
	for _, s := range analyzers.PackageSites("example.com/p", g, []analyzers.FileInput{input(t, "p/a.go", src)})[0] {
		got = append(got, describe(s))
	}
	return got
}

// pointCase is a file and its points at some granularities. Line 1 is the
// package clause, line 2 the source's first line.
type pointCase struct {
	name string
	src  string
	want map[point.Granularity]string
}

func runCases(t *testing.T, cases []pointCase) {
	t.Helper()
	for _, c := range cases {
		for g, want := range c.want {
			t.Run(c.name+"/"+string(g), func(t *testing.T) {
				got := strings.Join(sitesOf(t, g, "package p\n"+strings.TrimPrefix(c.src, "\n")), "\n")
				var lines []string
				for line := range strings.Lines(want) {
					if line = strings.TrimSpace(line); line != "" {
						lines = append(lines, line)
					}
				}
				if diff := cmp.Diff(strings.Join(lines, "\n"), got); diff != "" {
					t.Errorf("points (-want +got):\n%s\ngot:\n%s", diff, got)
				}
			})
		}
	}
}
