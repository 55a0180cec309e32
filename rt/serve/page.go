package serve

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/goat-trace/goat/rt"
)

// mostRows is how many points the page lists; the filters reach the others.
const mostRows = 1000 // writePage says it, too

// wantsPage reports whether a client is a browser that a person looks at: it asks
// for HTML by name.
func wantsPage(r *http.Request) bool {
	for _, header := range r.Header.Values("Accept") {
		for entry := range strings.SplitSeq(header, ",") {
			kind, parameters, _ := strings.Cut(entry, ";")
			if strings.EqualFold(strings.TrimSpace(kind), "text/html") {
				weight := strings.TrimPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
				return strings.Trim(weight, "0.") != "" || weight == ""
			}
		}
	}
	return false
}

// policy is the page's Content-Security-Policy: its own sheet and script, its own
// form, and itself once more when it refreshes.
var policy = sync.OnceValue(func() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(pageSheet) + "; script-src " + hash(pageScript) +
		"; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
})

const index = `goat: which of the changed code has run

/metrics  Prometheus text format
/track    JSON; ?component=NAME|ID[,...] &order=0..3 &file= &package= &func= &covered=true|false
/healthz  ok
/push     with GOAT_HUB: answers when the hub has stored what has run
`

// writePage writes the page: what the program is, its components, a form with the
// filters, and the points.
func writePage(w io.Writer, report *rt.Report, q rt.Query, values url.Values) error {
	var d document
	d.head(report.Build())
	components := report.Components()
	d.components(components)
	d.form(components, values)
	d.raw(`<section aria-label="Points"><h2>Points</h2><div class="scroll" tabindex="0" role="region" aria-label="List of points"><table><thead><tr><th scope="col">State</th><th scope="col" class="n">Count</th><th scope="col">Place</th><th scope="col">Function</th><th scope="col">Kind</th><th scope="col">First hit</th></tr></thead><tbody>` + "\n")
	if _, err := w.Write(d.b); err != nil {
		return err
	}
	matching, err := report.WriteItems(w, q, mostRows, appendRow)
	if err != nil {
		return err
	}
	d.b = d.b[:0]
	d.raw("</tbody></table></div><p>")
	d.number(matching)
	d.raw(" points match")
	if matching > mostRows {
		d.raw(", the first 1000 are listed: narrow the filters")
	}
	d.raw(".</p></section></div></main><script>" + pageScript + "</script></body></html>\n")
	_, err = w.Write(d.b)
	return err
}

// document is a part of the page. Its methods are not inlined: the page is small in
// each application, and need not be quick.
type document struct{ b []byte }

//go:noinline
func (d *document) raw(html string) { d.b = append(d.b, html...) }

//go:noinline
func (d *document) number(n int) { d.b = strconv.AppendInt(d.b, int64(n), 10) }

// text adds a text of others. What is not printable is shown as an escape sequence
// of Go's.
func (d *document) text(text string) {
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '<' || r == '>' || r == '&' || r == '"' || r == '\'':
			d.raw("&#")
			d.number(int(r))
			d.raw(";")
		case strconv.IsPrint(r) && (r != utf8.RuneError || size > 1):
			d.raw(text[i : i+size])
		default:
			quoted := strconv.QuoteToASCII(text[i : i+size])
			d.raw(quoted[1 : len(quoted)-1])
		}
	}
}

func (d *document) head(build rt.Build) {
	d.raw(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>`)
	d.text(build.App)
	d.raw(` · goat</title><style>` + pageSheet + "</style></head>\n<body><a class=\"skip\" href=\"#content\">Skip to content</a><main id=\"content\" tabindex=\"-1\"><h1>")
	d.text(build.App + " " + build.Version)
	d.raw(`</h1><p class="soft">Which of the changed code has run in this process`)
	commit := build.Commit
	if build.Modified {
		commit += " with changes"
	}
	for i, value := range []string{commit, build.Base, build.Granularity, build.Goat} {
		if value != "" {
			d.raw([]string{" · commit ", " · base ", " · granularity ", " · goat "}[i])
			d.text(value)
		}
	}
	d.raw(`. For programs: <a href="/track">/track</a>, <a href="/metrics">/metrics</a>.</p><p class="live" id="live" hidden><label><input type="checkbox" id="follow" checked> refresh every 5 s</label> <span id="said" role="status"></span></p><div id="state">` + "\n")
}

func (d *document) components(components []rt.Component) {
	d.raw(`<section aria-label="Components"><h2>Components</h2><div class="scroll" tabindex="0" role="region" aria-label="List of components"><table><thead><tr><th scope="col">Component</th><th scope="col" class="n">Covered</th><th scope="col" class="n">Never</th><th scope="col" class="n">Percent</th></tr></thead><tbody>`)
	for _, c := range components {
		d.raw(`<tr><td class="mono">`)
		d.text(c.Name)
		d.raw(`</td><td class="n">`)
		d.number(c.Covered)
		d.raw(" of ")
		d.number(c.Total)
		d.raw(`</td><td class="n never">`)
		d.number(c.Total - c.Covered)
		d.raw(`</td><td class="n">`)
		d.number(c.Percent())
		d.raw(" %</td></tr>\n")
	}
	d.raw("</tbody></table></div></section>\n")
}

// form has the filters with their present values. A token that came in the address
// goes with them.
func (d *document) form(components []rt.Component, values url.Values) {
	d.raw(`<form method="get" action="/" role="search" aria-label="Filters">`)
	if token := values.Get("token"); token != "" {
		d.raw(`<input type="hidden" name="token" value="`)
		d.text(token)
		d.raw(`">`)
	}
	if len(components) > 1 {
		var options [][2]string
		for _, c := range components {
			options = append(options, [2]string{c.Name, c.Name})
		}
		d.choice("Component", "component", values, options)
	}
	d.choice("State", "covered", values, [][2]string{{"", "all"}, {"false", "never ran"}, {"true", "ran"}})
	d.choice("Order", "order", values, [][2]string{{"0", "never ran first"}, {"1", "most often first"}, {"2", "by place"}})
	for _, name := range []string{"package", "file", "func"} {
		d.raw(`<label>` + name + ` <input name="` + name + `" placeholder="any, * for any text" value="`)
		d.text(values.Get(name))
		d.raw(`"></label>`)
	}
	d.raw(`<button>Show</button> <a href="/">Reset</a></form>` + "\n")
}

// choice is a field with options, each a value and what is shown of it.
func (d *document) choice(label, name string, values url.Values, options [][2]string) {
	d.raw("<label>" + label + ` <select name="` + name + `">`)
	for _, o := range options {
		d.raw(`<option value="`)
		d.text(o[0])
		d.raw(`"`)
		if o[0] == values.Get(name) {
			d.raw(" selected")
		}
		d.raw(">")
		d.text(o[1])
		d.raw("</option>")
	}
	d.raw("</select></label>")
}

func appendRow(b []byte, p rt.Point) []byte {
	d := document{b}
	if p.Count > 0 {
		d.raw(`<tr><td class="ran">✓ ran</td><td class="n">`)
	} else {
		d.raw(`<tr><td class="never">✗ never</td><td class="n">`)
	}
	d.raw(strconv.FormatUint(p.Count, 10))
	d.raw(`</td><td class="mono">`)
	d.text(p.File)
	d.raw(":")
	d.number(p.Line)
	if p.EndLine > p.Line {
		d.raw("-")
		d.number(p.EndLine)
	}
	d.raw(`</td><td class="mono">`)
	d.text(p.Func)
	d.raw(`</td><td>`)
	d.text(p.Kind)
	d.raw(`</td><td>`)
	if !p.FirstHit.IsZero() {
		d.raw(p.FirstHit.UTC().Format(time.DateTime + " UTC"))
	}
	d.raw("</td></tr>\n")
	return d.b
}
