package pages

import (
	"html/template"
	"path"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/trace"
)

var words = template.FuncMap{
	"base":   path.Base,
	"clock":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"nanos":  func(n int64) string { return time.Unix(0, n).UTC().Format("15:04:05.000000") },
	"short":  func(name string) string { return name[strings.LastIndexByte(name, '/')+1:] },
	"id":     func(id string) string { return id[:min(8, len(id))] },
	"step":   address,
	"indent": func(n int) string { return strings.Repeat("  ", n) },
	"outcome": func(o trace.Outcome) string {
		switch o {
		case trace.Met:
			return "yes"
		case trace.NotMet:
			return "no"
		}
		return ""
	},
}
