package point

import (
	"fmt"
	"strings"
)

// Message says in a few words what the point stands for, for diagnostics and
// listings.
func (p Point) Message() string {
	lines := p.changedLines()
	switch p.Kind {
	case KindFunc:
		return "entry of a function with " + lines
	case KindManual:
		return "tracking point asked for by +goat:insert"
	case KindStmt:
		return "run of " + lines
	}
	name := map[Kind]string{
		KindThen: "then branch", KindElse: "else branch", KindDefault: "default", KindCase: "case", KindLoop: "loop body",
	}[p.Kind]
	if name == "" {
		name = string(p.Kind)
	}
	if len(p.Lines) == 0 {
		return name + " of a changed header"
	}
	return name + " with " + lines
}

func (p Point) changedLines() string {
	parts := make([]string, len(p.Lines))
	single := len(p.Lines) == 1 && p.Lines[0][0] == p.Lines[0][1]
	for i, r := range p.Lines {
		parts[i] = fmt.Sprint(r[0])
		if r[1] != r[0] {
			parts[i] = fmt.Sprintf("%d-%d", r[0], r[1])
		}
	}
	if single {
		return "changed line " + parts[0]
	}
	return "changed lines " + strings.Join(parts, ", ")
}
