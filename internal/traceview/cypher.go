package traceview

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/goat-trace/goat/internal/trace"
)

// Cypher writes a run as statements of the query language of graph stores (openCypher
// 9), one a line: nodes Run, Trace, Step and Value, and what joins them.
//
//	(:Run)-[:HAS]->(:Trace)-[:BEGINS]->(:Step)-[:NEXT]->(:Step)
//	(:Step)-[:CALLED_BY]->(:Step)   the step that made the call in which a step is
//	(:Step)-[:WROTE]->(:Value)      a variable's new value
//	(:Trace)-[:STARTED_BY]->(:Step) the step that started the goroutine
func Cypher(out io.Writer, r *trace.Run) error {
	w := bufio.NewWriter(out)
	for _, label := range []string{"Run", "Trace", "Step"} {
		fmt.Fprintf(w, "CREATE INDEX IF NOT EXISTS FOR (n:%s) ON (n.id);\n", label)
	}
	fmt.Fprintf(w, "CREATE (:Run {id: %s, createdAt: %s, projectName: %s, projectVersion: %s, launchMethod: %s, launchClass: %s});\n",
		cypherText(r.RunID), cypherText(r.CreatedAt.UTC().Format("2006-01-02T15:04:05.999999999Z")), cypherText(r.ProjectName),
		cypherText(r.ProjectVersion), cypherText(r.LaunchMethod), cypherText(r.LaunchClass))
	var parents []string // at the end, because a parent's trace may come later
	for _, t := range r.Traces {
		g := &graph{w: w, run: r.RunID, trace: t}
		g.begin()
		g.steps()
		parents = append(parents, g.parents...)
	}
	for _, p := range parents {
		fmt.Fprintln(w, p)
	}
	return w.Flush()
}

// graph is the state of Cypher within a trace.
type graph struct {
	w       *bufio.Writer
	run     string
	trace   *trace.Trace
	last    uint64
	parents []string
}

func (g *graph) id(step uint64) string {
	return cypherText(fmt.Sprintf("%s/%d/%d", g.run, g.trace.Number, step))
}

func (g *graph) traceID(number uint64) string { return cypherText(fmt.Sprintf("%s/%d", g.run, number)) }

func (g *graph) begin() {
	fmt.Fprintf(g.w, "MATCH (r:Run {id: %s}) CREATE (r)-[:HAS]->(:Trace {id: %s, number: %d, goroutine: %d, isMain: %t, steps: %d});\n",
		cypherText(g.run), g.traceID(g.trace.Number), g.trace.Number, g.trace.Goroutine, g.trace.IsMain(), g.trace.Steps)
}

// steps writes the trace's steps as they come.
func (g *graph) steps() {
	rows := NewRows(g.row)
	walk := g.trace.Walk()
	defer walk.Close()
	for {
		it, ok := walk.Next()
		if !ok {
			rows.End()
			return
		}
		rows.Item(walk, it)
	}
}

func (g *graph) row(r *Row) {
	switch r.Kind {
	case RowNote:
		if r.Parent.Step > 0 {
			g.parents = append(g.parents, fmt.Sprintf("MATCH (t:Trace {id: %s}), (s:Step {id: %s}) CREATE (t)-[:STARTED_BY]->(s);",
				g.traceID(g.trace.Number), cypherText(fmt.Sprintf("%s/%d/%d", g.run, r.Parent.Trace, r.Parent.Step))))
		}
		return
	case RowStep:
		g.step(r)
	case RowAgain:
	default:
		return
	}
	for _, v := range r.Values {
		fmt.Fprintf(g.w, "MATCH (s:Step {id: %s}) CREATE (s)-[:WROTE]->(:Value {identifier: %s, value: %s});\n", g.id(r.Step), cypherText(r.VariableName(v)), cypherText(v.Value.String()))
	}
}

func (g *graph) step(r *Row) {
	line, kind := 0, ""
	if at := r.At(); at != nil {
		line, kind = at.Line, at.Kind
	}
	fmt.Fprintf(g.w, "CREATE (:Step {id: %s, number: %d, time: %d, depth: %d, function: %s, file: %s, line: %d, kind: %s%s});\n",
		g.id(r.Step), r.Step, r.Time, r.Depth, cypherText(r.Name()), cypherText(r.file()), line, cypherText(kind), outcomeProperty(r.Outcome))
	if g.last == 0 {
		fmt.Fprintf(g.w, "MATCH (t:Trace {id: %s}), (s:Step {id: %s}) CREATE (t)-[:BEGINS]->(s);\n", g.traceID(g.trace.Number), g.id(r.Step))
	} else {
		fmt.Fprintf(g.w, "MATCH (a:Step {id: %s}), (b:Step {id: %s}) CREATE (a)-[:NEXT]->(b);\n", g.id(g.last), g.id(r.Step))
	}
	if r.call != nil && r.call.Begun > 0 {
		fmt.Fprintf(g.w, "MATCH (a:Step {id: %s}), (b:Step {id: %s}) CREATE (a)-[:CALLED_BY]->(b);\n", g.id(r.Step), g.id(r.call.Begun))
	}
	g.last = r.Step
}

func outcomeProperty(o Outcome) string {
	switch o {
	case Met:
		return ", met: true"
	case NotMet:
		return ", met: false"
	}
	return ""
}

// cypherText returns a string literal. Nothing in the text can end it.
func cypherText(text string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range text {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
