package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parse reads the bytes of config.File and applies what they say.
func (l *loader) parse(data []byte) {
	root := l.document(data)
	if root == nil {
		return
	}
	if root.Kind != yaml.MappingNode {
		l.failAt(root, "", "the file is "+describe(root)+"; write one key: value a line")
		return
	}
	byName := l.keys()
	seen := make(map[string]*yaml.Node) // the value of each setting's key
	lines := make(map[string]int)       // the line of each key as written
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := follow(root.Content[i]), follow(root.Content[i+1])
		if key.Kind != yaml.ScalarNode {
			l.failAt(root.Content[i], "", "a key is "+describe(key)+"; write one key: value a line")
			continue
		}
		if line, ok := lines[key.Value]; ok {
			l.failAt(key, key.Value, fmt.Sprintf("the key stands already in line %d; remove one of the two", line))
			continue
		}
		lines[key.Value] = key.Line
		s, ok := byName[key.Value]
		if !ok {
			l.unknownKey(key, byName)
			continue
		}
		if isUnset(value) {
			value = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
		} else if first, ok := seen[s.Key]; ok {
			if !sameScalar(first, value, s) {
				l.failAt(key, key.Value, fmt.Sprintf("line %d sets the same under another name to another value; keep %s and remove the other", first.Line, s.Key))
			}
			continue
		} else {
			seen[s.Key] = value
		}
		l.applyNode(s, key, value)
	}
}

// document returns the top node of the only document. It returns nil for an
// empty file and after an error.
func (l *loader) document(data []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		if !errors.Is(err, io.EOF) {
			l.failSyntax(err)
		}
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		l.failAt(&second, "", "a second YAML document begins; keep one document a file")
		return nil
	case !errors.Is(err, io.EOF):
		l.failSyntax(err)
		return nil
	}
	if len(first.Content) == 0 {
		return nil
	}
	root := follow(first.Content[0])
	if isNull(root) {
		return nil
	}
	return root
}

// keys maps every name that the file may have to its setting.
func (l *loader) keys() map[string]Setting {
	byName := make(map[string]Setting)
	for _, s := range l.settings {
		if s.Key == "" {
			continue
		}
		byName[s.Key] = s
		for _, alias := range s.Aliases {
			byName[alias] = s
		}
	}
	return byName
}

func (l *loader) unknownKey(key *yaml.Node, byName map[string]Setting) {
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names) // so that ties are always decided the same way
	msg := "the key is unknown; "
	if near := nearest(key.Value, names); near != "" {
		msg += fmt.Sprintf("did you mean %s?", near)
	} else {
		msg += "docs/configuration.md lists the known ones"
	}
	l.failAt(key, key.Value, msg)
}

// applyNode applies the value of a key. A key without a value is ignored,
// because GOAT writes such keys.
func (l *loader) applyNode(s Setting, key, value *yaml.Node) {
	if s.Needless {
		l.config.Needless = append(l.config.Needless, key.Value)
	}
	if isNull(value) {
		return
	}
	at := nodeValue{loader: l, setting: s, key: key.Value}
	if s.field == nil {
		at.discard(value)
		return
	}
	if at.store(s.field(l.config), value) {
		l.came(s, levelFile, fmt.Sprintf("%s:%d", l.short(l.config.File), key.Line))
	}
}

// failSyntax reports an error of the YAML parser, which looks like "yaml: line
// 3: did not find expected key".
func (l *loader) failSyntax(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, rest, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				line, text = n, rest
			}
		}
	}
	l.fail(&Error{File: l.short(l.config.File), Line: line, Msg: "reading YAML: " + text + "; mend the syntax there or in the line above"})
}
