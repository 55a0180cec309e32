package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// nodeValue stores the value of one key of the file.
type nodeValue struct {
	*loader
	setting Setting
	key     string // as written
}

// store reads node into what pointer points to and reports whether it could.
func (v nodeValue) store(pointer any, node *yaml.Node) bool {
	switch p := pointer.(type) {
	case *string:
		return v.storeString(p, node)
	case *int:
		return v.storeInt(p, node)
	case *bool:
		return v.storeBool(p, node)
	case *[]string:
		return v.storeList(p, node)
	case *map[string][]string:
		return v.storeMap(p, node)
	case *Trace:
		return v.storeTrace(p, node)
	}
	return false
}

// discard checks the type of a value that goat ignores.
func (v nodeValue) discard(node *yaml.Node) {
	switch v.setting.Type {
	case Integer:
		v.wholeNumber(node)
	case List:
		v.storeList(new([]string), node)
	default:
		v.text(node)
	}
}

func (v nodeValue) storeString(p *string, node *yaml.Node) bool {
	text, ok := v.text(node)
	if !ok {
		return false
	}
	if newer, ok := v.setting.Older[text]; ok {
		text = newer
	}
	if text == "" {
		return false // as if the key were not there
	}
	if v.setting.Type == Path {
		text = v.absolute(v.dir(), text)
	}
	if msg := v.setting.wrongString(text); msg != "" {
		return v.wrong(node, msg)
	}
	*p = text
	return true
}

// text returns a scalar as written, because YAML takes a version like 1.10 or a
// commit like 1e10 for a number.
func (v nodeValue) text(node *yaml.Node) (string, bool) {
	if node.Kind == yaml.ScalarNode {
		switch node.ShortTag() {
		case "!!str", "!!int", "!!float", "!!bool", "!!timestamp":
			return node.Value, true
		}
	}
	return "", v.wrong(node, describe(node)+" is not a string; write one value behind the colon")
}

func (v nodeValue) storeInt(p *int, node *yaml.Node) bool {
	n, ok := v.wholeNumber(node)
	if !ok {
		return false
	}
	if msg := v.setting.wrong(&n); msg != "" {
		return v.wrong(node, msg)
	}
	*p = n
	return true
}

func (v nodeValue) wholeNumber(node *yaml.Node) (int, bool) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!int" {
		if n, err := strconv.Atoi(node.Value); err == nil {
			return n, true
		}
	}
	return 0, v.wrong(node, describe(node)+" is not a whole number; write one without quotes")
}

func (v nodeValue) storeBool(p *bool, node *yaml.Node) bool {
	// Like GOAT, yaml.v3 also accepts the boolean words of YAML 1.1.
	if node.Kind != yaml.ScalarNode || node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 || node.Decode(p) != nil {
		return v.wrong(node, describe(node)+" is not a boolean; write true or false without quotes")
	}
	return true
}

func (v nodeValue) storeList(p *[]string, node *yaml.Node) bool {
	items, ok := v.items(node)
	if !ok {
		return false
	}
	for i, item := range items {
		if msg := v.setting.wrongString(item); msg != "" {
			v.wrong(follow(node.Content[i]), msg)
			ok = false
		}
	}
	if ok {
		*p = distinct(items)
	}
	return ok
}

// items reads a list of strings.
func (v nodeValue) items(node *yaml.Node) ([]string, bool) {
	if node.Kind != yaml.SequenceNode {
		return nil, v.wrong(node, fmt.Sprintf("%s is not a list; write %s: [%s]", describe(node), v.key, listExample(node)))
	}
	items, ok := make([]string, len(node.Content)), true
	for i, child := range node.Content {
		var good bool
		items[i], good = v.text(follow(child))
		ok = ok && good
	}
	return items, ok
}

// listExample guesses what a value that is not a list was meant to be, for the
// error message.
func listExample(node *yaml.Node) string {
	if node.Kind == yaml.ScalarNode && node.Value != "" {
		return strconv.Quote(node.Value)
	}
	return "one, two"
}

func (v nodeValue) storeMap(p *map[string][]string, node *yaml.Node) bool {
	if node.Kind != yaml.MappingNode {
		return v.wrong(node, fmt.Sprintf("%s is not a map; write a name: [pattern, …] a line below %s:", describe(node), v.key))
	}
	result, ok := make(map[string][]string), true
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, good := v.text(follow(node.Content[i]))
		if good {
			good = v.storeEntry(result, name, node.Content[i], follow(node.Content[i+1]))
		}
		ok = ok && good
	}
	if ok {
		*p = result
	}
	return ok
}

// storeEntry stores one name of a map and its patterns.
func (v nodeValue) storeEntry(result map[string][]string, name string, key, node *yaml.Node) bool {
	v.key += "." + name
	if _, ok := result[name]; ok {
		return v.wrong(key, "the name stands there twice; remove one of the two")
	}
	if msg := v.setting.check(name); msg != "" {
		return v.wrong(key, msg)
	}
	items, ok := v.items(node)
	if !ok {
		return false
	}
	if len(items) == 0 || slices.Contains(items, "") {
		return v.wrong(node, "a pattern is missing; write a package pattern, for example example.com/app/...")
	}
	result[name] = distinct(items)
	return true
}

// traceKeys are the keys of the long form.
var traceKeys = []string{"scope", "on", "values", "redact", "steps", "bytes", "for", "every", "rounds", "depth", "rate", "policy"}

// storeTrace reads the short form, a scope or a list of them, or the long one, a
// map.
func (v nodeValue) storeTrace(t *Trace, node *yaml.Node) bool {
	if node.Kind != yaml.MappingNode {
		return v.storeScope(t, node)
	}
	ok := true
	seen := make(map[string]bool)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := follow(node.Content[i]), follow(node.Content[i+1])
		if seen[key.Value] {
			ok = v.wrong(key, fmt.Sprintf("%s stands there twice; remove one of the two", key.Value))
			continue
		}
		seen[key.Value] = true
		if isNull(value) {
			continue
		}
		inner := v
		inner.key += "." + key.Value
		ok = inner.storeTraceKey(t, key, value) && ok
	}
	return ok
}

func (v nodeValue) storeTraceKey(t *Trace, key, value *yaml.Node) bool {
	switch key.Value {
	case "scope":
		return v.storeScope(t, value)
	case "values":
		return v.storeBool(&t.Values, value)
	case "redact":
		items, ok := v.items(value)
		if ok && slices.Contains(items, "") {
			return v.wrong(value, "an empty word would redact everything; remove it")
		}
		t.Redact = distinct(items)
		return ok
	case "steps", "bytes", "every", "rounds", "depth", "rate":
		return v.storeLimit(map[string]*int{
			"steps": &t.Steps, "bytes": &t.Bytes, "every": &t.Every, "rounds": &t.Rounds, "depth": &t.Depth, "rate": &t.Rate,
		}[key.Value], value)
	case "for":
		text, ok := v.text(value)
		if !ok {
			return false
		}
		d, err := time.ParseDuration(text)
		if err != nil || d < time.Second {
			return v.wrong(value, fmt.Sprintf("%q is no time of a second or more; write one such as 10s", text))
		}
		t.For = d
		return true
	case "on":
		text, ok := v.text(value)
		if ok && text != "start" && text != TraceFirstHit {
			return v.wrong(value, fmt.Sprintf("%q is neither start nor first-hit; write one of them", text))
		}
		t.Begin = text
		return ok
	case "policy":
		text, ok := v.text(value)
		if ok && text != "block" && text != "drop" {
			return v.wrong(value, fmt.Sprintf("%q is neither block nor drop; write one of them", text))
		}
		t.Policy = text
		return ok
	}
	return v.wrong(key, "the key is unknown; known are "+strings.Join(traceKeys, ", "))
}

func (v nodeValue) storeLimit(p *int, node *yaml.Node) bool {
	n, ok := v.wholeNumber(node)
	if ok && n < 0 {
		return v.wrong(node, strconv.Itoa(n)+" is below 0; write 0 for no limit, or a number above it")
	}
	*p = n
	return ok
}

func (v nodeValue) storeScope(t *Trace, node *yaml.Node) bool {
	var scope []string
	if node.Kind == yaml.SequenceNode {
		items, ok := v.items(node)
		if !ok {
			return false
		}
		scope = items
	} else {
		// Off, without quotes, is a boolean to YAML 1.1.
		text, ok := v.text(node)
		if !ok {
			return false
		}
		if booleanWords[text] == "false" || text == "false" {
			text = TraceOff
		}
		scope = splitScope(text)
	}
	if msg := wrongScope(scope); msg != "" {
		return v.wrong(node, msg)
	}
	t.Scope = distinct(scope)
	return true
}

// wrong reports an error at node. It always returns false, for its callers to
// return.
func (v nodeValue) wrong(node *yaml.Node, msg string) bool {
	v.failAt(node, v.key, msg)
	last := v.errs[len(v.errs)-1]
	last.Value, last.Allowed = node.Value, v.setting.Allowed
	return false
}
