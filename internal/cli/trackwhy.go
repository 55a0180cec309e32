package cli

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/places"
	"github.com/goat-trace/goat/internal/terminal"
)

// showWhy prints how the points that -why names ran for the first time, in each process
// that has them.
func (t *track) showWhy(answer *places.Answer) error {
	missing := t.sayProblems("track", answer.Problems)
	found := 0
	for _, p := range answer.Processes {
		for i, s := range p.Build.Sites {
			if isNamed(s, t.why) {
				found++
				t.printWhy(p, i)
			}
		}
	}
	if found > 0 || len(answer.Processes) == 0 {
		return t.verdict(nil, missing)
	}
	return fmt.Errorf("no point is %q; \"goat track -json\" lists their stable ids, and \"goat track\" their files and lines", t.why)
}

// isNamed reports whether a text names a point: by its stable id, a file and a line, or its
// function.
func isNamed(s coverage.Site, text string) bool {
	if text == s.StableID || text == s.Func {
		return true
	}
	file, number, ok := strings.Cut(text, ":")
	line, err := strconv.Atoi(number)
	if !ok || err != nil || file != s.File && file != path.Base(s.File) && !strings.HasSuffix(s.File, "/"+file) {
		return false
	}
	for _, l := range s.Lines {
		if l[0] <= line && line <= l[1] {
			return true
		}
	}
	return len(s.Lines) == 0 && s.Line <= line && line <= s.EndLine
}

func (t *track) printWhy(p *coverage.Process, i int) {
	s := p.Build.Sites[i]
	say := func(format string, args ...any) {
		fmt.Fprintln(t.stdout, terminal.Line(fmt.Sprintf(format, args...)))
	}
	say("%s:%d  %s  %s  in %s", s.File, s.Line, s.Func, s.StableID, p.Place)
	h := p.Why[i]
	switch {
	case p.Counts[i] == 0:
		say("  never ran")
		return
	case h == nil:
		say("  ran, and nothing more is known: build the program with trace: {on: first-hit}")
		return
	}
	at := "at an unknown time"
	if p.First != nil && p.First[i] != 0 {
		at = "at " + time.Unix(0, p.First[i]).Format(time.DateTime)
	}
	by := ""
	if h.Route != "" {
		by = ", by " + h.Route
	}
	say("  ran for the first time %s%s, in goroutine %d", at, by, h.Goroutine)
	for _, v := range h.Values {
		say("    %s = %s", v.Name, v.Value)
	}
	for _, f := range h.Stack {
		say("    %s  %s:%d", f.Func, f.File, f.Line)
	}
	if h.Run != "" {
		say("  its steps: goat trace show -trace %d -from %d %s", h.Trace, max(1, int64(h.Step)-20), h.Run[:min(8, len(h.Run))])
	}
}
