package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/reports"
	"github.com/goat-trace/goat/hub/wire"
)

// Compat answers the calls of goc's report plugin, for scripts that know these:
// errors are {"error": …} with 400, names of services are goc's.
type Compat struct{ *Handler }

// Routes registers the calls, as Handler.Routes does.
func (c Compat) Routes(mux wire.Mux, require func(auth.Role) func(http.Handler) http.Handler) {
	for role, calls := range map[auth.Role]map[string]func(http.ResponseWriter, *http.Request) error{
		auth.Read: {
			"GET /ping":                  c.ping,
			"GET /cover/list":            c.list,
			"POST /cover/raw":            c.raw,
			"POST /cover/latest/report":  c.latestReport,
			"POST /cover/history/report": c.historyReport,
			"POST /cover/latest/total":   c.latestTotal,
			"POST /cover/history/total":  c.historyTotal,
		},
		auth.Write: {"POST /cover/report/sync": c.sync},
	} {
		for pattern, handle := range calls {
			mux.Handle(pattern, require(role)(c.handler(handle)))
		}
	}
}

// handler turns what the client can do something about into the plugin's errors.
func (c Compat) handler(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return wire.Handler(c.log, func(w http.ResponseWriter, r *http.Request) error {
		err := handle(w, r)
		e := (*fleet.Error)(nil)
		if !errors.As(err, &e) {
			return err
		}
		return wire.WriteStatus(w, http.StatusBadRequest, map[string]string{"error": e.Detail})
	})
}

func (c Compat) ping(w http.ResponseWriter, _ *http.Request) error {
	return wire.WriteJSON(w, map[string]string{"message": "pong"})
}

// listed is a release as /cover/list has it.
type listed struct {
	Name      string   `json:"srv_name"`
	Addresses []string `json:"addresses"`
	Total     string   `json:"cover_total"` // "" where nothing was measured, which is not 0
}

func (c Compat) list(w http.ResponseWriter, r *http.Request) error {
	services, err := c.fleet.Overview(r.Context(), auth.From(r.Context()).Sees)
	if err != nil {
		return err
	}
	addresses, err := c.fleet.Addresses(r.Context())
	if err != nil {
		return err
	}
	data := []listed{}
	for i := range services {
		for j := range services[i].Releases {
			v := &services[i].Releases[j]
			one := listed{fleet.GocName(services[i].Labels, &v.Release), addresses[v.ID], totalText(v.Cover)}
			if one.Addresses == nil {
				one.Addresses = []string{}
			}
			data = append(data, one)
		}
	}
	return wire.WriteJSON(w, map[string]any{"code": 0, "count": len(data), "data": data})
}

// totalText is a total as the plugin writes it.
func totalText(c *fleet.CoverRow) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%.2f", c.Total)
}

// asked is the body of the plugin's calls.
type asked struct {
	Address   string   `json:"srv_addr"`
	Name      string   `json:"srv_name"`
	Addresses []string `json:"addresses"`
	Type      string   `json:"rpt_type"`
	ID        int64    `json:"id"`
	Limit     int      `json:"limit"`
	Before    int64    `json:"before"`
}

// mostBody is the size of such a body, in bytes.
const mostBody = 64 << 10

func (c Compat) read(w http.ResponseWriter, r *http.Request) (a asked, err error) {
	content, err := wire.Body(w, r, mostBody)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(content, &a); err != nil {
		return a, fleet.Errorf(fleet.Invalid, "the body is not the JSON that is expected here: %v", err)
	}
	return a, nil
}

// named is the release that a body names.
func (c Compat) named(r *http.Request, a *asked) (fleet.ReleaseView, error) {
	if a.Name == "" {
		return fleet.ReleaseView{}, fleet.Errorf(fleet.Invalid, "srv_name is missing; GET /cover/list has the names")
	}
	_, release, err := c.fleet.ByName(r.Context(), a.Name, auth.From(r.Context()).Sees)
	if err != nil {
		return fleet.ReleaseView{}, err
	}
	return c.fleet.Release(r.Context(), release.ID)
}

// raw answers with the profile of the instance at an address: of one that is
// registered, be it there or gone. No other address is ever called.
func (c Compat) raw(w http.ResponseWriter, r *http.Request) error {
	a, err := c.read(w, r)
	if err != nil {
		return err
	}
	instances, err := c.fleet.InstancesAt(r.Context(), strings.TrimRight(a.Address, "/"))
	if err != nil {
		return err
	}
	for _, i := range instances { // the one heard of last comes first
		s, err := c.fleet.ServiceOf(r.Context(), i.ID)
		if err != nil || !auth.From(r.Context()).Sees(s.Labels) {
			continue
		}
		if i.State == fleet.Live && i.Agent != fleet.AgentGoat {
			c.pull(r.Context(), i)
		}
		text, at, err := c.fleet.Raw(r.Context(), i.ID)
		if errors.Is(err, fleet.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		w.Header().Set("Last-Modified", at.UTC().Format(http.TimeFormat))
		download(w, "application/octet-stream", "raw_profile.cov", text)
		return nil
	}
	return fleet.Errorf(fleet.NotFound, "no profile has come from an instance at %.200q; GET /cover/list has the addresses", a.Address)
}

// pull asks an instance that can be asked. One that does not answer is answered for
// by what it said last.
func (c Compat) pull(ctx context.Context, i fleet.Instance) {
	if err := c.fleet.Pull(ctx, i); err != nil {
		c.log.InfoContext(ctx, "pulling an instance failed", "instance", i.ID, "address", i.Address, "error", err)
	}
}

func (c Compat) sync(w http.ResponseWriter, r *http.Request) error {
	a, err := c.read(w, r)
	if err != nil {
		return err
	}
	force, err := flagOf(r, "force")
	if err != nil {
		return err
	}
	v, err := c.named(r, &a)
	if err != nil {
		return err
	}
	if err := c.checkAddresses(r.Context(), &v, a.Addresses); err != nil {
		return err
	}
	result, err := c.reports.Refresh(r.Context(), v.ID, force, usualWait)
	switch {
	case err != nil:
		return err
	case result.Running:
		return wire.WriteJSON(w, map[string]string{"message": "currently running", "cover_total": totalText(result.Latest)})
	case result.Latest == nil:
		return fleet.Errorf(fleet.NotFound, "no instance of %.200s has sent coverage counters: build it with go build -cover -covermode=atomic", a.Name)
	}
	return wire.WriteJSON(w, map[string]string{"message": "ok", "cover_total": totalText(result.Latest)})
}

// checkAddresses refuses addresses at which no instance of the release is.
func (c Compat) checkAddresses(ctx context.Context, v *fleet.ReleaseView, addresses []string) error {
	if len(addresses) == 0 {
		return nil
	}
	instances, err := c.fleet.Instances(ctx, v.ID)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for i := range instances {
		known[strings.TrimRight(instances[i].Address, "/")] = true
	}
	for _, address := range addresses {
		if !known[strings.TrimRight(address, "/")] {
			return fleet.Errorf(fleet.Invalid, "no instance of this service is registered at %.200q", address)
		}
	}
	return nil
}

func (c Compat) latestReport(w http.ResponseWriter, r *http.Request) error {
	a, err := c.read(w, r)
	if err != nil {
		return err
	}
	v, err := c.named(r, &a)
	if err != nil {
		return err
	}
	return c.report(w, r, a.Type, reports.Ask{Release: v.ID})
}

func (c Compat) historyReport(w http.ResponseWriter, r *http.Request) error {
	a, err := c.read(w, r)
	if err != nil {
		return err
	}
	v, err := c.named(r, &a)
	if err != nil {
		return err
	}
	if a.ID == 0 { // the one before the latest
		rows, err := c.fleet.Covers(r.Context(), v.ID, 0, 2)
		if err != nil {
			return err
		}
		if len(rows) < 2 {
			return fleet.Errorf(fleet.NotFound, "%.200s has no row in its history before the latest", a.Name)
		}
		a.ID = rows[1].ID
	}
	return c.report(w, r, a.Type, reports.Ask{Release: v.ID, Row: a.ID})
}

// report answers with a report as a file. There is no way to tell these clients to
// come again but an error.
func (c Compat) report(w http.ResponseWriter, r *http.Request, kind string, ask reports.Ask) error {
	ask.Kind = reports.Full
	switch kind {
	case "func", "html":
	case "diff":
		ask.Kind = reports.Changes
	default:
		return fleet.Errorf(fleet.Invalid, "rpt_type is %.40q; it can be func, html or diff", kind)
	}
	result, progress, err := c.reports.Get(r.Context(), ask, false, mostReportWait)
	if err != nil {
		return err
	}
	if result == nil {
		return fleet.Errorf(fleet.Busy, "the report is being made for %v: %s, %d of %d; ask again", time.Since(progress.Since).Round(time.Second), progress.Phase, progress.Done, progress.Of)
	}
	var content bytes.Buffer
	switch kind {
	case "func":
		err = result.Full.WriteFuncs(&content)
	case "html":
		err = page.WriteReport(r.Context(), &content, result.Full, result.Heading())
	case "diff":
		err = page.WriteIncremental(r.Context(), &content, result.Changes, result.Heading())
	}
	if err != nil {
		return err
	}
	download(w, "application/octet-stream", "cover_report."+kind, content.Bytes())
	return nil
}

func (c Compat) latestTotal(w http.ResponseWriter, r *http.Request) error {
	a, err := c.read(w, r)
	if err != nil {
		return err
	}
	v, err := c.named(r, &a)
	if err != nil {
		return err
	}
	if v.Cover == nil {
		return fleet.Errorf(fleet.NotFound, "%.200s has not been measured", a.Name)
	}
	return wire.WriteJSON(w, map[string]string{"srv_name": a.Name, "cover_total": totalText(v.Cover)})
}

// row is a row of a history as the plugin's table has it.
type row struct {
	ID        int64  `json:"id"`
	CreatedAt string `json:"created_at"`
	IsLatest  string `json:"is_latest"`
	Total     string `json:"cover_total"`
}

// mostRows are answered at once.
const mostRows = 1000

func (c Compat) historyTotal(w http.ResponseWriter, r *http.Request) error {
	a, err := c.read(w, r)
	if err != nil {
		return err
	}
	if a.Limit == 0 {
		a.Limit = 10
	}
	if a.Limit < 0 || a.Limit > mostRows || a.Before < 0 {
		return fleet.Errorf(fleet.Invalid, "limit is %d and before %d; limit can be 1 to %d, before the id of a row", a.Limit, a.Before, mostRows)
	}
	v, err := c.named(r, &a)
	if err != nil {
		return err
	}
	covers, err := c.fleet.Covers(r.Context(), v.ID, a.Before, a.Limit)
	if err != nil {
		return err
	}
	data := []row{}
	for i := range covers {
		one := row{covers[i].ID, covers[i].At.Format("2006-01-02 15:04:05.000"), "n", totalText(&covers[i])}
		if covers[i].Latest {
			one.IsLatest = "y"
		}
		data = append(data, one)
	}
	return wire.WriteJSON(w, map[string]any{"srv_name": a.Name, "count": len(data), "data": data})
}
