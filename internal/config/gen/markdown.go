package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/internal/config"
)

const head = `<!-- Generated from internal/config by make generate. Do not edit. -->

# Configuration

Goat needs no configuration: without any, it compares with a base that it chooses (see ` + "`oldBranch`" + `) and
shows what it chose in goat-vet. What is set wins in this order:

1. flags, in the toolexec string or of goat-vet and goat: ` + "`-toolexec=\"goat-exec -base=v1.4.0\"`" + `
2. variables: ` + "`GOAT_BASE=v1.4.0`" + `
3. the file goat.yaml
4. defaults

` + "`goat config`" + ` prints what holds and where it comes from.

A boolean is what Go or YAML takes for one, such as 1, t, true, yes and on. A list in a flag or variable has commas between its
items and takes the place of the file's. goat's commands, and the link of a build with goat-exec, name variables GOAT_… that goat does
not have, and files goat.yml, .goat.yaml and .goat.yml, which it does not read.

The file is the one that ` + "`-config`" + ` or ` + "`GOAT_CONFIG`" + ` names, otherwise the first goat.yaml in the directory of the
build or in one above it. An existing goat.yaml of GOAT works as it is. An unknown key, a wrong type and a wrong value
stop the build with file, line and what is allowed. A key without a value is as if it did not stand there. Variables in
values are not expanded.

Editors check and complete the file with [goat.schema.json](goat.schema.json):

` + "```yaml" + `
# yaml-language-server: $schema=https://raw.githubusercontent.com/goat-trace/goat/main/docs/goat.schema.json
oldBranch: v1.4.0
granularity: scope
ignores:
  - internal/legacy
  - "*.pb.go"
mainEntries:
  - cmd/server
components:
  billing: [example.com/shop/billing/...]
` + "```" + `

Index, patch file and base are three ways to say what changed; one is used. The one from the higher place in the list
above wins. From one place an index wins over the base that it was made from, and a patch file beside either of them is
an error.
`

// markdown renders the page for people.
func markdown(settings []config.Setting) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	section(&b, settings, "At build time", "Read by goat-exec, goat-vet and goat.", func(s config.Setting) bool { return !s.RunTime && !s.Needless })
	section(&b, settings, "At run time", "Read by the built binary when it starts.", func(s config.Setting) bool { return s.RunTime })
	section(&b, settings, "Without effect", "Keys of GOAT's files that are accepted; `goat config` names them.", func(s config.Setting) bool { return s.Needless })
	return b.Bytes()
}

// section renders a table of the settings that belong to it.
func section(b *bytes.Buffer, settings []config.Setting, title, intro string, belongs func(config.Setting) bool) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| key | flag | variable | type | default | meaning |\n| --- | --- | --- | --- | --- | --- |\n", title, intro)
	for _, s := range settings {
		if belongs(s) {
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", keys(s), code("-", s.Flag), code("", s.Env), values(s), standard(s), cell(s.Doc))
		}
	}
}

func keys(s config.Setting) string {
	if len(s.Aliases) == 0 {
		return code("", s.Key)
	}
	return code("", s.Key) + ", also " + code("", strings.Join(s.Aliases, "`, `"))
}

// values describes what may be written.
func values(s config.Setting) string {
	switch {
	case len(s.Allowed) > 0:
		var names []string
		for _, a := range s.Allowed {
			if a != "" {
				names = append(names, code("", a))
			}
		}
		text := strings.Join(names, ", ")
		if s.Type == config.List {
			return "list of " + text
		}
		return text
	case s.Type == config.Integer && s.Max > 0:
		return fmt.Sprintf("integer, %d to %d", s.Min, s.Max)
	case s.Type == config.Integer && s.Min > 0:
		return fmt.Sprintf("integer, %d or more", s.Min)
	}
	return string(s.Type)
}

func standard(s config.Setting) string {
	if s.Default != "" {
		return code("", s.Default)
	}
	return cell(s.Unset)
}

// code formats a name as code; "" for no name.
func code(prefix, name string) string {
	if name == "" {
		return ""
	}
	return "`" + prefix + name + "`"
}

// cell escapes text for a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
