package vet

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// printHeader says what was compared, and how many points there are.
func (r *report) printHeader(stderr io.Writer, verbose bool) {
	var text strings.Builder
	r.writeHeader(&text, verbose)
	io.WriteString(stderr, terminal.Text(text.String()))
}

func (r *report) writeHeader(w io.Writer, verbose bool) {
	var with []string
	for _, b := range r.Bases {
		with = append(with, b.String())
	}
	if len(with) == 0 {
		with = []string{map[string]string{"init": "nothing: everything is new", "patchfile": "a patch file", "index": "an index"}[r.Source]}
	}
	fmt.Fprintf(w, "goat-vet: compared with %s (%s); %s at granularity %s", strings.Join(with, "; "), r.Source, count(len(r.Points), "point"), r.Granularity)
	if n := len(r.Removed); n > 0 {
		fmt.Fprintf(w, "; %s of statements removed", count(n, "run"))
	}
	if n := len(r.Moved); n > 0 {
		fmt.Fprintf(w, "; %s of statements moved", count(n, "run"))
		if !verbose {
			fmt.Fprint(w, " (-v lists them)")
		}
	}
	fmt.Fprintln(w)
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "goat-vet: %s\n", warning)
	}
	if !verbose {
		return
	}
	for _, d := range r.Dependencies {
		from := d.Old
		if from == "" {
			from = "nothing"
		}
		fmt.Fprintf(w, "goat-vet: module %s from %s to %s: %s\n", d.Module, from, d.New, count(d.Points, "point"))
	}
	for _, c := range r.Components {
		fmt.Fprintf(w, "goat-vet: component %d: %s: %s\n", c.ID, c.Name, count(len(c.Points), "point"))
	}
}

func (b base) String() string {
	if b.Commit == "" {
		return b.Ref
	}
	text := fmt.Sprintf("%s, commit %.12s", b.Ref, b.Commit)
	if b.Used != b.Commit {
		text += fmt.Sprintf(", at the merge base %.12s", b.Used)
	}
	if b.Why != "" {
		text += ": " + b.Why
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printText prints a line for each point and each removed run, those of a
// file after its points, and if verbose is set one for each moved run. That they
// could not be written is out's to say.
func (r *report) printText(out io.Writer, verbose bool) {
	w := bufio.NewWriter(out)
	defer w.Flush()
	gone := r.Removed
	for i, p := range r.Points {
		file := r.name(p.Module, p.File)
		directive := ""
		if p.Directive != "" {
			directive = " [" + terminal.Line(p.Directive) + "]"
		}
		fmt.Fprintf(w, "%s:%d:%s %s (%s %s)\n", file, p.Line, directive, p.Message(), p.Kind, p.Func)
		if i+1 == len(r.Points) || r.Points[i+1].File != p.File || r.Points[i+1].Module != p.Module {
			gone = r.printRemoved(w, gone, func(g removed) bool { return g.Module == p.Module && g.File == p.File })
		}
	}
	r.printRemoved(w, gone, func(removed) bool { return true })
	for _, f := range r.Recordable {
		says := "can be recorded"
		if f.Inlined {
			says = "are not recorded, since it is tiny and the compiler inlines it; -trace-scope=changed,inlined records them"
		}
		if len(f.Redacted) > 0 && !f.Inlined {
			says += ", without the values of " + strings.Join(f.Redacted, ", ")
		}
		if f.Reason != "" {
			says = "are not recorded: " + f.Reason
		}
		fmt.Fprintf(w, "%s:%d: steps of %s %s (trace)\n", r.name(f.Module, f.File), f.Line, terminal.Word(f.Func), says)
	}
	if verbose {
		r.printMoved(w)
	}
}

// printRemoved prints the removed runs that match and returns the others.
func (r *report) printRemoved(w io.Writer, all []removed, match func(removed) bool) []removed {
	var rest []removed
	for _, g := range all {
		if !match(g) {
			rest = append(rest, g)
			continue
		}
		fmt.Fprintf(w, "%s:%d: statements removed after this line, %s of the base (removed, no point)\n",
			r.name(g.Module, g.File), max(g.Line, 1), lineRange(g.OldLine, g.OldEndLine))
	}
	return rest
}

// printMoved prints where moved code was in the base.
func (r *report) printMoved(w io.Writer) {
	for _, m := range r.Moved {
		fmt.Fprintf(w, "%s:%d: %s moved from %s of the base, %s (moved, no point)\n",
			r.name(m.Module, m.File), m.Line, lineRange(m.Line, m.EndLine), terminal.Word(m.From), lineRange(m.OldLine, m.OldEndLine))
	}
}

func lineRange(first, last int) string {
	if first == last {
		return fmt.Sprintf("line %d", first)
	}
	return fmt.Sprintf("lines %d-%d", first, last)
}

// relative returns a file relative to a directory, with slashes, if that is
// shorter.
func relative(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil && len(rel) < len(file) {
		file = rel
	}
	return filepath.ToSlash(file)
}
