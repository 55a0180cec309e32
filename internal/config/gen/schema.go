package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
)

// schema renders the JSON schema of goat.yaml.
func schema(settings []config.Setting) []byte {
	properties := make(map[string]any)
	for _, s := range settings {
		if s.Key == "" {
			continue
		}
		properties[s.Key] = property(s, s.Needless, strings.ReplaceAll(s.Doc, "`", ""))
		for _, alias := range s.Aliases {
			properties[alias] = property(s, alias != "base", fmt.Sprintf("Another name of %s.", s.Key))
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// Maps of strings, numbers and lists always have a JSON form, and a
	// buffer takes everything.
	_ = encoder.Encode(map[string]any{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"$id":                  "https://raw.githubusercontent.com/goat-trace/goat/main/docs/goat.schema.json",
		"title":                "goat.yaml",
		"description":          "Configuration of goat. Generated from internal/config by make generate.",
		"type":                 []string{"object", "null"},
		"additionalProperties": false,
		"properties":           properties,
	})
	return b.Bytes()
}

// property renders one key.
func property(s config.Setting, deprecated bool, doc string) map[string]any {
	p := valueSchema(s)
	p["description"] = doc
	if s.Default != "" && s.Type != config.List {
		p["default"] = jsonDefault(s)
	}
	if deprecated {
		p["deprecated"] = true
	}
	return p
}

// valueSchema renders what a key may hold. Every key may be without a value.
func valueSchema(s config.Setting) map[string]any {
	switch s.Type {
	case config.Integer:
		p := map[string]any{"type": []string{"integer", "null"}}
		if !s.Needless {
			p["minimum"] = s.Min
		}
		if s.Max > 0 {
			p["maximum"] = s.Max
		}
		return p
	case config.Boolean:
		return map[string]any{"type": []string{"boolean", "null"}}
	case config.List:
		item := map[string]any{"type": "string"}
		if len(s.Allowed) > 0 {
			item["enum"] = s.Allowed
		}
		return map[string]any{"type": []string{"array", "null"}, "items": item}
	case config.Scopes:
		return scopesSchema()
	case config.Map:
		patterns := map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"type": "string", "minLength": 1}}
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": patterns}
	}
	if len(s.Allowed) > 0 {
		return map[string]any{"enum": enum(s)}
	}
	// A version or a commit may look like a number to YAML.
	return map[string]any{"type": []string{"string", "number", "boolean", "null"}}
}

// enum lists the allowed strings, their older spellings and no value at all.
func enum(s config.Setting) []any {
	var values []any
	for _, a := range s.Allowed {
		if a != "" {
			values = append(values, a)
		}
		if a == "true" || a == "false" {
			values = append(values, a == "true")
		}
	}
	for _, older := range slices.Sorted(maps.Keys(s.Older)) {
		values = append(values, older)
	}
	return append(values, "", nil)
}

// jsonDefault returns the default in its own type.
func jsonDefault(s config.Setting) any {
	switch s.Type {
	case config.Integer, config.Boolean:
		return json.RawMessage(s.Default)
	}
	return s.Default
}

// scopesSchema renders what trace may hold.
func scopesSchema() map[string]any {
	words := map[string]any{"type": "array", "items": map[string]any{"type": "string", "minLength": 1}}
	scope := map[string]any{"anyOf": []any{map[string]any{"type": []string{"string", "boolean", "null"}}, words}}
	limit := map[string]any{"type": []string{"integer", "null"}, "minimum": 0}
	long := map[string]any{
		"type": "object", "additionalProperties": false,
		"properties": map[string]any{
			"scope": scope, "values": map[string]any{"type": []string{"boolean", "null"}}, "redact": words,
			"on":    map[string]any{"enum": []any{"start", "first-hit", nil}},
			"steps": limit, "bytes": limit, "for": map[string]any{"type": []string{"string", "null"}},
			"every": limit, "rounds": limit, "depth": limit, "rate": limit,
			"policy": map[string]any{"enum": []any{"block", "drop", nil}},
		},
	}
	return map[string]any{"anyOf": []any{scope, long}}
}
