package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
)

// release is what the demonstration reads of the API's.
type release struct {
	ID, Version    string
	State          string
	Total, Covered int
	Instances      map[string]int
}

// known is what the hub knows of a service.
type known struct {
	ID, App  string
	releases []release // the newest first
}

// longestWait is how long the hub may take to know everything.
const longestWait = 2 * time.Minute

// show waits until the hub knows what has run in all pods, and says where to look.
func (s *stage) show() error {
	s.say("waiting for the hub to know what has run")
	end := time.Now().Add(longestWait)
	for {
		services, err := s.known()
		if err == nil && complete(services) {
			return s.print(services)
		}
		if time.Now().After(end) {
			return fmt.Errorf("the hub does not know all after %v: got %+v, %w", longestWait, services, err)
		}
		select {
		case <-time.After(250 * time.Millisecond):
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}
}

// complete reports whether both services are there, with all that the requests reach.
func complete(services map[string]*known) bool {
	shop, ferry := services["shop"], services["ferry"]
	if shop == nil || ferry == nil || len(shop.releases) != 2 || len(ferry.releases) != 1 {
		return false
	}
	for _, r := range append(append([]release(nil), shop.releases...), ferry.releases...) {
		if r.Covered == 0 || r.Covered == r.Total {
			return false
		}
	}
	return shop.releases[0].Instances["live"] == 2 && ferry.releases[0].Instances["live"] == pods
}

func (s *stage) known() (map[string]*known, error) {
	var list struct{ Services []known }
	if err := s.get("/api/v1/services", &list); err != nil {
		return nil, err
	}
	services := make(map[string]*known)
	for _, k := range list.Services {
		var of struct{ Releases []release }
		if err := s.get("/api/v1/services/"+k.ID+"/releases", &of); err != nil {
			return nil, err
		}
		k.releases = of.Releases
		services[k.App] = &k
	}
	return services, nil
}

func (s *stage) get(path string, v any) error {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.hub+path, nil)
	if err != nil {
		return fmt.Errorf("asking the hub: %w", err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("asking the hub: %w", err)
	}
	defer resp.Body.Close()
	text, err := bounded.ReadAll(resp.Body, 1<<20)
	if err != nil {
		return fmt.Errorf("reading the hub's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the hub answers %s to %s: %s", resp.Status, path, text)
	}
	return json.Unmarshal(text, v)
}

// print prints the releases and what to look at.
func (s *stage) print(services map[string]*known) error {
	shop, ferry := services["shop"], services["ferry"]
	table := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SERVICE\tRELEASE\tSTATE\tLIVE\tCOVERED")
	for _, k := range []*known{shop, ferry} {
		for _, r := range k.releases {
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d of %d\n", k.App, r.Version, r.State, r.Instances["live"], r.Covered, r.Total)
		}
	}
	err := table.Flush()
	next, before := shop.releases[0].ID, shop.releases[1].ID
	_, printed := fmt.Fprintf(s.stdout, `
The portal is %[1]s/ . Look at
  %[1]s/services/%[2]s            shop: the release that rolls out, and the one before
  %[1]s/releases/%[3]s            shop %[4]s rolls out: the gate's verdict, what has run in its two pods, and what never
  %[1]s/releases/%[3]s/compare?with=%[5]s  the two next to each other: what ran before and does not now, and what is new
  %[1]s/releases/%[5]s/instances  the pods of shop %[6]s: one was killed, and is gone half a minute later
  %[1]s/releases/%[5]s            a line that ran in one pod alone: orders of a hundred
  %[1]s/releases/%[7]s            ferry: the branch for groups never ran

From a terminal:
  goat track -hub %[1]s -service shop
  curl -s %[1]s/api/v1/services
  curl -s %[1]s/metrics | grep goat_hub_coverage_ratio
`, s.hub, shop.ID, next, shop.releases[0].Version, before, shop.releases[1].Version, ferry.releases[0].ID)
	return errors.Join(err, printed)
}
