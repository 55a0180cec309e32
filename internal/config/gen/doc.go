// Command gen writes docs/configuration.md and docs/goat.schema.json.
//
// In: config.Settings. Out: a page for people and a schema for editors. Run it
// with `make generate` after changing a setting; a test fails if the files are
// out of date.
package main

import "github.com/goat-trace/goat/internal/config"

// generated names the files in docs and how each is rendered.
var generated = map[string]func([]config.Setting) []byte{
	"configuration.md": markdown,
	"goat.schema.json": schema,
}
