package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/wire"
)

// profile answers with the profile of a release as text: what its instances have
// counted, or a row of its history.
func (h *Handler) profile(w http.ResponseWriter, r *http.Request) error {
	v, err := h.visibleRelease(r)
	if err != nil {
		return err
	}
	row, err := numberOf(r, "row", 0, 1<<62)
	if err != nil {
		return err
	}
	text, name, err := h.profileText(r, &v, row)
	if err != nil {
		return err
	}
	download(w, "application/octet-stream", name+".cov", text)
	return nil
}

func (h *Handler) profileText(r *http.Request, v *fleet.ReleaseView, row int64) (text []byte, name string, err error) {
	name = "release-" + v.ID
	if row == 0 {
		b, err := h.fleet.Blocks(r.Context(), v.ID)
		if err != nil {
			return nil, "", err
		}
		text, err = b.Profile.AppendText(nil)
		return text, name, err
	}
	cover, err := h.fleet.Cover(r.Context(), row)
	if err == nil && cover.Release != v.ID {
		err = fleet.Errorf(fleet.NotFound, "release %.40q has no row %d in its history", v.ID, row)
	}
	if err != nil {
		return nil, "", err
	}
	text, err = h.fleet.File(r.Context(), cover.File)
	return text, fmt.Sprint(name, "-", row), err
}

// instanceProfile answers with the profile of one instance, be it there or gone.
func (h *Handler) instanceProfile(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	s, err := h.fleet.ServiceOf(r.Context(), id)
	if err != nil {
		return err
	}
	if _, err := h.visible(r, s.ID); err != nil {
		return fleet.Errorf(fleet.NotFound, "no instance has the id %.80q", id)
	}
	text, at, err := h.fleet.Raw(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("Last-Modified", at.UTC().Format(http.TimeFormat))
	download(w, "application/octet-stream", "instance-"+id+".cov", text)
	return nil
}

// download answers with bytes to be kept as a file.
func download(w http.ResponseWriter, kind, name string, content []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Write(content) //nolint:gosec // saved as a file: an attachment
}

// functions answers with the func report.
func (h *Handler) functions(w http.ResponseWriter, r *http.Request) error {
	result, err := h.report(w, r, reports.Full)
	if result == nil {
		return err
	}
	switch format := r.FormValue("format"); format {
	case "", "json":
		return wire.WriteJSON(w, functionsOf(result))
	case "text":
		var text bytes.Buffer
		if err := result.Full.WriteFuncs(&text); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = text.WriteTo(w)
		return nil
	default:
		return fleet.Errorf(fleet.Invalid, "format is %.40q; it can be json or text", format)
	}
}

// html answers with the source of all files in one self-contained page.
func (h *Handler) html(w http.ResponseWriter, r *http.Request) error {
	result, err := h.report(w, r, reports.Full)
	if result == nil {
		return err
	}
	var text bytes.Buffer
	if err := page.WriteReport(r.Context(), &text, result.Full, result.Heading()); err != nil {
		return err
	}
	download(w, "text/html; charset=utf-8", "report-"+result.Release.ID+".html", text.Bytes())
	return nil
}

// changes answers with the report of what changed since a base.
func (h *Handler) changes(w http.ResponseWriter, r *http.Request) error {
	result, err := h.report(w, r, reports.Changes)
	if result == nil {
		return err
	}
	switch format := r.FormValue("format"); format {
	case "", "json":
		return wire.WriteJSON(w, changesOf(result))
	case "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		return result.Changes.WriteText(w)
	case "html":
		var text bytes.Buffer
		if err := page.WriteIncremental(r.Context(), &text, result.Changes, result.Heading()); err != nil {
			return err
		}
		download(w, "text/html; charset=utf-8", "changes-"+result.Release.ID+".html", text.Bytes())
		return nil
	case "diffcover":
		name := result.Service.Name()
		return wire.WriteJSON(w, report.DiffCover(result.Profile, result.Diff, name, result.Base.Commit+"..."+result.Diff.Head))
	default:
		return fleet.Errorf(fleet.Invalid, "format is %.40q; it can be json, text, html or diffcover", format)
	}
}

// Bounds of how long a report may be waited for.
const (
	usualReportWait = 10 * time.Second
	mostReportWait  = time.Minute
)

// report makes the report that a request asks for. Where it takes longer than the
// client waits, it answers with 202 and how far the report has come, and returns
// nil: the same address, without force, is where to ask again.
func (h *Handler) report(w http.ResponseWriter, r *http.Request, kind reports.Kind) (*reports.Result, error) {
	v, err := h.visibleRelease(r)
	if err != nil {
		return nil, err
	}
	wait, err := durationOf(r, "wait", usualReportWait, mostReportWait)
	if err != nil {
		return nil, err
	}
	row, err := numberOf(r, "row", 0, 1<<62)
	if err != nil {
		return nil, err
	}
	force, err := flagOf(r, "force")
	if err != nil {
		return nil, err
	}
	ask := reports.Ask{Release: v.ID, Kind: kind, Row: row}
	if kind == reports.Changes {
		if ask.Base = r.FormValue("base"); len(ask.Base) > fleet.MaxName {
			return nil, fleet.Errorf(fleet.Invalid, "base has %d bytes; name a commit, a branch or a tag", len(ask.Base))
		}
	}
	result, progress, err := h.reports.Get(r.Context(), ask, force, wait)
	if err != nil || result != nil {
		return result, err
	}
	again := *r.URL
	query := again.Query()
	query.Del("force")
	again.RawQuery = query.Encode()
	w.Header().Set("Location", again.RequestURI())
	w.Header().Set("Retry-After", "1")
	return nil, wire.WriteStatus(w, http.StatusAccepted, running{"running", progress, progress.Percent(), again.RequestURI()})
}

// running is the answer while a report is being made.
type running struct {
	State string `json:"state"`
	*reports.Progress
	Percent int    `json:"percent"`
	Again   string `json:"again"` // where to ask again
}
