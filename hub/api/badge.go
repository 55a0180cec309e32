package api

import (
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
)

// badge is a picture for README files: what has run of a service's newest release.
func (h *Handler) badge(w http.ResponseWriter, r *http.Request) error {
	s, err := h.visible(r, r.PathValue("service"))
	if err != nil {
		return err
	}
	releases, err := h.fleet.Releases(r.Context(), s.ID)
	if err != nil {
		return err
	}
	b := badge{Label: "goat", Text: "nothing said", Fill: "#5d646c"}
	if len(releases) > 0 {
		b.of(&releases[0])
	}
	var svg strings.Builder
	if err := badgeTemplate.Execute(&svg, b.layout()); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "image/svg+xml")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-cache")
	_, err = fmt.Fprint(w, svg.String())
	return err
}

// badge is what is written on it.
type badge struct {
	Label, Text, Fill string
	Left, Right       int // widths of the two halves
}

// of takes the statements that ran, or the points where nothing was measured. What
// nobody said anything about is not 0 %.
func (b *badge) of(v *fleet.ReleaseView) {
	var p float64
	switch {
	case v.Cover != nil:
		b.Label, p = "statements run", v.Cover.Total
	case v.Summary.Points > 0 && v.Summary.Measured > 0:
		b.Label, p = "changes run", 100*float64(v.Summary.Ran)/float64(v.Summary.Points)
	default:
		return
	}
	b.Text = fmt.Sprintf("%.1f%%", math.Floor(p*10+1e-9)/10)
	switch {
	case p >= 80:
		b.Fill = "#1f6b79"
	case p >= 50:
		b.Fill = "#8a5a10"
	default:
		b.Fill = "#c2410c"
	}
}

// layout gives each half the width of its text.
func (b badge) layout() badge {
	b.Left, b.Right = 12+7*len(b.Label), 12+7*len(b.Text)
	return b
}

// Width of the whole.
func (b badge) Width() int { return b.Left + b.Right }

var badgeTemplate = template.Must(template.New("").Parse(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="20" role="img" aria-label="{{.Label}}: {{.Text}}"><title>{{.Label}}: {{.Text}}</title>` +
	`<rect width="{{.Width}}" height="20" rx="4" fill="#2e3238"/><path d="M{{.Left}} 0h{{.Right}}v20H{{.Left}}z" fill="{{.Fill}}"/>` +
	`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="6" y="14">{{.Label}}</text><text x="{{.Left}}" dx="6" y="14">{{.Text}}</text></g></svg>
`))
