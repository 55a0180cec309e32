package traceview

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// CodeTracer writes a trace as a folder in the open format of CodeTracer's database
// backend (runtime_tracing 0.12, src/types.rs): trace.json, a list of events each of
// which defines what later ones name by number; trace_metadata.json;
// trace_paths.json; and the source under files. The format has no goroutines, so it
// is one trace. The folder must not be there.
func CodeTracer(dir string, r *trace.Run, t *trace.Trace, source *Source) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return fmt.Errorf("making the folder: %w; name one that is not there", err)
	}
	file, err := os.Create(filepath.Join(dir, "trace.json"))
	if err != nil {
		return fmt.Errorf("making the folder's files: %w", err)
	}
	defer file.Close()
	c := &codeTracer{w: bufio.NewWriter(file), numbers: make(map[string]int), source: source, dir: dir}
	c.trace(t)
	if c.err == nil {
		c.err = c.w.Flush()
	}
	if c.err == nil {
		c.err = c.file("trace_paths.json", c.paths)
	}
	if c.err == nil {
		c.err = c.file("trace_metadata.json", map[string]any{"workdir": "/", "program": r.LaunchClass, "args": []string{}})
	}
	if c.err != nil {
		return fmt.Errorf("writing %s: %w", dir, c.err)
	}
	return file.Close()
}

// codeTracer is the state of CodeTracer.
type codeTracer struct {
	w       *bufio.Writer
	source  *Source
	dir     string
	numbers map[string]int // of what was defined, by its kind and name
	counts  [4]int
	paths   []string
	some    bool
	err     error
}

// The kinds of what is defined; each is numbered by itself.
const (
	ctPath = iota
	ctVariable
	ctFunction
	ctType
)

// The numbers of TypeKind.
const (
	ctInt   = 7
	ctFloat = 8
	ctText  = 9
	ctBool  = 12
	ctRaw   = 16
	ctNone  = 30
)

// event writes an event under the name of its kind.
func (c *codeTracer) event(name string, value any) {
	text, err := json.Marshal(map[string]any{name: value})
	if err != nil && c.err == nil {
		c.err = err
	}
	sep := ",\n"
	if !c.some {
		sep, c.some = "[\n", true
	}
	if _, err := c.w.WriteString(sep + string(terminal.JSON(text))); err != nil && c.err == nil {
		c.err = err
	}
}

// number returns the number of something. The first time, define writes what it is.
func (c *codeTracer) number(kind int, name string, define func()) int {
	key := fmt.Sprint(kind, name)
	if n, ok := c.numbers[key]; ok {
		return n
	}
	define()
	n := c.counts[kind]
	c.counts[kind]++
	c.numbers[key] = n
	return n
}

func (c *codeTracer) trace(t *trace.Trace) {
	top := &Row{Kind: RowCall, Number: 1<<64 - 1}
	c.event("Path", "")
	c.paths = append(c.paths, "")
	c.numbers[fmt.Sprint(ctPath, "")] = 0
	c.counts[ctPath]++
	c.event("Function", map[string]any{"path_id": 0, "line": 0, "name": "<toplevel>"})
	c.numbers[fmt.Sprint(ctFunction, top.Number)] = 0
	c.counts[ctFunction]++
	c.event("Call", map[string]any{"function_id": 0, "args": []any{}})
	open := 0
	rows := NewRows(func(r *Row) {
		switch r.Kind {
		case RowCall:
			open++
			c.call(r)
		case RowStep:
			c.step(r)
		case RowAgain:
			c.values(r)
		case RowReturn:
			if open > 0 {
				open--
				c.event("Return", map[string]any{"return_value": c.result(r)})
			}
		}
	})
	walk := t.Walk()
	defer walk.Close()
	for c.err == nil {
		it, ok := walk.Next()
		if !ok {
			break
		}
		rows.Item(walk, it)
	}
	rows.End()
	if _, err := c.w.WriteString("\n]\n"); err != nil && c.err == nil {
		c.err = err
	}
}

// path returns the number of a row's file, and copies the file.
func (c *codeTracer) path(r *Row) int {
	name := ""
	if r.Function != nil {
		name = "/" + r.Table.Package + "/" + filepath.Base(filepath.FromSlash(r.file()))
	}
	return c.number(ctPath, name, func() {
		c.event("Path", name)
		c.paths = append(c.paths, name)
		if text, ok := c.source.text(r.Table, r.file()); ok && filepath.IsLocal(strings.TrimPrefix(name, "/")) {
			target := filepath.Join(c.dir, "files", filepath.FromSlash(name))
			err := os.MkdirAll(filepath.Dir(target), 0o777)
			if err == nil {
				err = os.WriteFile(target, []byte(text), 0o666)
			}
			if err != nil && !errors.Is(err, fs.ErrExist) && c.err == nil {
				c.err = err
			}
		}
	})
}

func (c *codeTracer) call(r *Row) {
	line := 0
	if r.Function != nil {
		line = r.Function.Line
	}
	path := c.path(r)
	function := c.number(ctFunction, fmt.Sprint(r.Number), func() {
		c.event("Function", map[string]any{"path_id": path, "line": line, "name": r.ShortName()})
	})
	args := []any{}
	for _, v := range r.Values {
		args = append(args, c.full(r, v))
	}
	c.event("Call", map[string]any{"function_id": function, "args": args})
}

func (c *codeTracer) step(r *Row) {
	line := 0
	if at := r.At(); at != nil {
		line = at.Line
	}
	c.event("Step", map[string]any{"path_id": c.path(r), "line": line})
	c.values(r)
}

func (c *codeTracer) values(r *Row) {
	for _, v := range r.Values {
		c.event("Value", c.full(r, v))
	}
}

// full is a variable with its value.
func (c *codeTracer) full(r *Row, v Written) map[string]any {
	name := r.VariableName(v)
	n := c.number(ctVariable, name, func() { c.event("VariableName", name) })
	typ := ""
	if r.Function != nil && v.Variable >= 0 && v.Variable < len(r.Function.Variables) {
		typ = r.Function.Variables[v.Variable].Type
	}
	return map[string]any{"variable_id": n, "value": c.value(v.Value, typ)}
}

// result is what a call returns: its only result, or all of them as text.
func (c *codeTracer) result(r *Row) map[string]any {
	switch len(r.Values) {
	case 0:
		return map[string]any{"kind": "None", "type_id": c.typ("", ctNone)}
	case 1:
		return c.value(r.Values[0].Value, "")
	}
	return map[string]any{"kind": "Raw", "r": strings.Join(r.Written(), ", "), "type_id": c.typ("", ctRaw)}
}

func (c *codeTracer) value(v trace.Value, typ string) map[string]any {
	switch v.Kind {
	case wire.KindInt:
		return map[string]any{"kind": "Int", "i": v.Int, "type_id": c.typ(typ, ctInt)}
	case wire.KindTrue, wire.KindFalse:
		return map[string]any{"kind": "Bool", "b": v.Kind == wire.KindTrue, "type_id": c.typ(typ, ctBool)}
	case wire.KindFloat:
		if number, ok := v.JSON().(float64); ok {
			return map[string]any{"kind": "Float", "f": number, "type_id": c.typ(typ, ctFloat)}
		}
	case wire.KindString:
		return map[string]any{"kind": "String", "text": v.Text, "type_id": c.typ(typ, ctText)}
	case wire.KindNil:
		return map[string]any{"kind": "None", "type_id": c.typ(typ, ctNone)}
	}
	return map[string]any{"kind": "Raw", "r": v.String(), "type_id": c.typ(typ, ctRaw)}
}

// typ returns the number of a type whose values have a kind.
func (c *codeTracer) typ(name string, kind int) int {
	return c.number(ctType, fmt.Sprint(kind, " ", name), func() {
		c.event("Type", map[string]any{"kind": kind, "lang_type": name, "specific_info": map[string]any{"kind": "None"}})
	})
}

// file writes one of the small files.
func (c *codeTracer) file(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.dir, name), append(terminal.JSON(text), '\n'), 0o666)
}
