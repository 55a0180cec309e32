package portal

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// overview is the first page.
type overview struct {
	Groups  []group
	Filter  map[string]string // label → value
	Choices []choice
	Matches int // services that the filter lets through
	All     int
	From    int // the first one shown, counted from 1
	To      int
	Before  string // address of the previous page; "" for none
	Next    string
	Live    int // instances
	Lost    int
}

// group is an environment's services.
type group struct {
	Env      string
	Services []serviceRow
}

type serviceRow struct {
	fleet.Service
	Latest   *fleet.ReleaseView // the newest
	Releases int
}

// choice is a label by which services can be filtered.
type choice struct {
	Name, Label string
	Values      []string
	Chosen      string
}

// services is the first page. Scripts get a line of text instead.
func (h *Handler) services(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Vary", "Accept")
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(w, "goat-hub is running. Pages are for browsers, /api/v1 is for programs.\n")
		return err
	}
	services, err := h.fleet.Overview(r.Context(), auth.From(r.Context()).Sees)
	if err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "services.html", page{Title: "Services", Body: overviewOf(services, r)})
}

func overviewOf(services []fleet.ServiceView, r *http.Request) overview {
	o := overview{All: len(services), Filter: map[string]string{}}
	choices := []struct {
		choice
		of func(*fleet.ServiceView) string
	}{
		{choice{Name: "env", Label: "Environment"}, func(s *fleet.ServiceView) string { return s.Env }},
		{choice{Name: "region", Label: "Region"}, func(s *fleet.ServiceView) string { return s.Region }},
		{choice{Name: "type", Label: "Type"}, func(s *fleet.ServiceView) string { return s.AppType }},
		{choice{Name: "state", Label: "State"}, func(s *fleet.ServiceView) string {
			if len(s.Releases) == 0 {
				return ""
			}
			return stateWord(s.Releases[0].Summary.State())
		}},
	}
	for i := range choices {
		c := &choices[i]
		seen := map[string]bool{}
		for j := range services {
			if v := c.of(&services[j]); v != "" && !seen[v] {
				seen[v] = true
				c.Values = append(c.Values, v)
			}
		}
		slices.Sort(c.Values)
		c.Chosen = r.FormValue(c.Name)
		if len(c.Values) > 1 || c.Chosen != "" {
			o.Choices = append(o.Choices, c.choice)
		}
	}
	from, _ := strconv.Atoi(r.FormValue("from"))
	from = max(1, from)
	groups := map[string]*group{}
	for i := range services {
		s := &services[i]
		if slices.ContainsFunc(choices, func(c struct {
			choice
			of func(*fleet.ServiceView) string
		}) bool {
			return c.Chosen != "" && c.of(s) != c.Chosen
		}) {
			continue
		}
		for j := range s.Releases {
			o.Live += s.Releases[j].In(fleet.Live)
			o.Lost += s.Releases[j].In(fleet.Unreachable)
		}
		o.Matches++
		if o.Matches < from || o.Matches >= from+servicesAtOnce {
			continue
		}
		row := serviceRow{Service: s.Service, Releases: len(s.Releases)}
		if len(s.Releases) > 0 {
			row.Latest = &s.Releases[0]
		}
		if groups[s.Env] == nil {
			groups[s.Env] = &group{Env: s.Env}
		}
		groups[s.Env].Services = append(groups[s.Env].Services, row)
	}
	for _, g := range groups {
		o.Groups = append(o.Groups, *g)
	}
	slices.SortFunc(o.Groups, func(a, b group) int { return cmp.Compare(a.Env, b.Env) })
	o.From, o.To = from, min(from+servicesAtOnce-1, o.Matches)
	if from > 1 {
		o.Before = pageFrom(r, max(1, from-servicesAtOnce))
	}
	if o.To < o.Matches {
		o.Next = pageFrom(r, o.To+1)
	}
	return o
}

// servicesAtOnce is how many services a page shows.
const servicesAtOnce = 100

// pageFrom is the address of the same page from another row on.
func pageFrom(r *http.Request, from int) string {
	query := r.URL.Query()
	query.Set("from", strconv.Itoa(from))
	return r.URL.Path + "?" + query.Encode()
}

// serviceBody is a service with its releases.
type serviceBody struct {
	fleet.Service
	Releases []fleet.ReleaseView
	Trend    *chart // nil if there is nothing to show
}

func (h *Handler) service(w http.ResponseWriter, r *http.Request) error {
	s, err := h.fleet.Service(r.Context(), r.PathValue("service"))
	if err == nil && !auth.From(r.Context()).Sees(s.Labels) {
		err = fleet.Errorf(fleet.NotFound, "no service has the id %.80q", s.ID)
	}
	if err != nil {
		return err
	}
	releases, err := h.fleet.Releases(r.Context(), s.ID)
	if err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "service.html", page{Title: s.Name(), Body: serviceBody{s, releases, releasesChart(releases)}})
}
