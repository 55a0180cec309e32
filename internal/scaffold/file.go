package scaffold

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
)

// Values are the values of goat.yaml's keys, as text; several for a list.
type Values map[string][]string

const head = `# goat.yaml: which changed code goat tracks here, and how. "goat init" wrote it.
#
# Goat works without this file. A key with a # before it has its default. "goat config" shows what holds,
# "goat vet ./..." the tracking points, docs/configuration.md says more of each key.
#
# yaml-language-server: $schema=https://raw.githubusercontent.com/goat-trace/goat/main/docs/goat.schema.json
`

// File returns the text of a goat.yaml.
func File(found *Found, values Values) []byte {
	var b strings.Builder
	b.WriteString(head)
	for _, s := range config.Settings() {
		if s.Key == "" {
			continue
		}
		set, given := values[s.Key]
		if s.Needless && !given {
			continue
		}
		b.WriteByte('\n')
		comment(&b, strings.ReplaceAll(s.Doc, "`", ""))
		if len(s.Allowed) > 0 {
			comment(&b, "One of: "+strings.Join(named(s.Allowed), ", ")+".")
		}
		for _, line := range about(found, s.Key) {
			comment(&b, line)
		}
		if given {
			writeValue(&b, s, set)
			continue
		}
		writeDefault(&b, found, s)
	}
	return []byte(b.String())
}

// named removes empty values from a list.
func named(allowed []string) []string {
	var names []string
	for _, a := range allowed {
		if a != "" {
			names = append(names, a)
		}
	}
	return names
}

// about says what was found that matters for a key.
func about(f *Found, key string) []string {
	switch key {
	case "oldBranch":
		return []string{"Without it goat chooses for each build. Found here: " + f.BaseText()}
	case "mainEntries":
		if len(f.Mains) > 0 {
			return []string{"Found here: " + strings.Join(f.Mains, ", ")}
		}
	case "generated":
		return []string{"Found here: " + f.GeneratedText()}
	}
	return nil
}

// writeDefault writes a key with its default, as a comment.
func writeDefault(b *strings.Builder, f *Found, s config.Setting) {
	switch {
	case s.Key == "oldBranch" && f.Base.Ref != "":
		fmt.Fprintf(b, "#%s: %s\n", s.Key, word(f.Base.Ref))
	case s.Key == "mainEntries":
		fmt.Fprintf(b, "#%s:\n#  - %s\n", s.Key, word(s.Default))
	case s.Default != "":
		fmt.Fprintf(b, "#%s: %s\n", s.Key, typed(s, s.Default))
	case s.Type == config.List:
		fmt.Fprintf(b, "#%s: []\n", s.Key)
	case s.Type == config.Map:
		fmt.Fprintf(b, "#%s: {}\n", s.Key)
	default:
		fmt.Fprintf(b, "#%s:\n", s.Key)
	}
}

func writeValue(b *strings.Builder, s config.Setting, words []string) {
	if s.Type != config.List {
		fmt.Fprintf(b, "%s: %s\n", s.Key, typed(s, strings.Join(words, ",")))
		return
	}
	fmt.Fprintf(b, "%s:\n", s.Key)
	for _, w := range words {
		fmt.Fprintf(b, "  - %s\n", word(w))
	}
}

// typed writes a scalar. A value for a number or a boolean is written as it is, so
// that the check can name a wrong one.
func typed(s config.Setting, text string) string {
	if plain.MatchString(text) && (s.Type == config.Integer || s.Type == config.Boolean || slices.Contains(s.Allowed, text)) {
		return text
	}
	return word(text)
}

var (
	plain = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./-]*$`)
	// special are words that YAML takes for something else than text.
	special = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|y|n|null|[0-9].*)$`)
)

// word writes a text as YAML, in quotes where it has to be.
func word(text string) string {
	if plain.MatchString(text) && !special.MatchString(text) {
		return text
	}
	quoted, err := json.Marshal(text) // a JSON string is a YAML string
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return string(quoted)
}

// comment writes a paragraph as comments of at most 110 columns.
func comment(b *strings.Builder, text string) {
	const width = 110
	line := "#"
	for w := range strings.FieldsSeq(text) {
		if len(line)+1+len(w) > width && line != "#" {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + w
	}
	b.WriteString(line + "\n")
}
