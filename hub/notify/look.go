package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/judge"
	"github.com/goat-trace/goat/internal/gate"
)

// KindLook is the job that judges releases and decides what to tell. There is only one.
const KindLook = "look-at-gates"

// Notifier judges releases and tells webhooks. Fleet, Judge and Settings are required.
type Notifier struct {
	Fleet    *fleet.Fleet
	Judge    *judge.Judge
	Settings *Settings
	Every    time.Duration // how often releases are looked at
	Log      *slog.Logger

	mu   sync.Mutex
	seen map[string]looked // by release
}

// looked is what a release was when it was judged last.
type looked struct {
	numbers string
	at      time.Time
}

// Bounds of what is looked at.
const (
	releasesOfService = 3               // the newest ones, as on /metrics
	judgedAgain       = 5 * time.Minute // also without new numbers: excuses end, releases grow older
	fresh             = 24 * time.Hour  // an older release that passes when it is seen for the first time is no news
)

// finding is a release with its verdict, and what there is to tell.
type finding struct {
	row    fleet.GateRow
	silent bool // what it has passed already is not told
	news   []news
}

// news is an event and the webhooks that want it.
type news struct {
	key      string // the same event, the same key
	message  Message
	webhooks []string
}

// Look is the handler of KindLook.
func (n *Notifier) Look(ctx context.Context, _ *jobs.Job) (jobs.Outcome, error) {
	services, err := n.Fleet.Overview(ctx, nil)
	if err != nil {
		return jobs.Outcome{}, err
	}
	before, err := n.Fleet.Gates(ctx)
	if err != nil {
		return jobs.Outcome{}, err
	}
	var findings []finding
	for i := range services {
		s := &services[i]
		for j := range s.Releases[:min(len(s.Releases), releasesOfService)] {
			r := &s.Releases[j]
			if !n.due(r) {
				continue
			}
			f, err := n.judge(ctx, s, r)
			if err != nil {
				return jobs.Outcome{}, fmt.Errorf("judging release %s: %w", r.ID, err)
			}
			_, known := before[r.ID]
			f.silent = !known && time.Since(r.FirstSeen) > fresh
			findings = append(findings, f)
		}
	}
	return jobs.Outcome{
		Again:  n.Every,
		Effect: func(tx fleet.Tx) error { return write(tx, findings) },
	}, nil
}

// due reports whether a release has to be judged again.
func (n *Notifier) due(r *fleet.ReleaseView) bool {
	s := &r.Summary
	numbers := fmt.Sprint(s.Points, s.Ran, s.Builds, s.Measured, s.State())
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen == nil {
		n.seen = map[string]looked{}
	}
	last := n.seen[r.ID]
	if last.numbers == numbers && time.Since(last.at) < min(judgedAgain, 10*n.Every) {
		return false
	}
	n.seen[r.ID] = looked{numbers, time.Now()}
	return true
}

// judge judges a release, and finds what there is to tell of it.
func (n *Notifier) judge(ctx context.Context, s *fleet.ServiceView, r *fleet.ReleaseView) (f finding, err error) {
	judged, err := n.Judge.Release(ctx, r.ID)
	if err != nil {
		return f, err
	}
	v, err := judged.Verdict(judge.Wanted{})
	if err != nil {
		return f, err
	}
	f.row = fleet.GateRow{Release: r.ID, Verdict: v.Decision.Verdict.String(), Why: v.Why}
	if judged.Release != nil {
		t := judged.Totals
		f.row.Covered, f.row.Missing, f.row.Excused = t.Covered, t.Missing, t.Excused
	}
	name := strings.TrimSpace(fmt.Sprintf("%s %.10s", s.Name(), r.Revision))
	message := Message{
		Service: s.Name(), Env: s.Env, App: s.App, Release: r.ID, Revision: r.Revision,
		Verdict: f.row.Verdict, Covered: f.row.Covered, Wanted: f.row.Covered + f.row.Missing,
	}
	if n.Settings.Hub != "" {
		message.URL = strings.TrimRight(n.Settings.Hub, "/") + "/releases/" + r.ID
	}
	add := func(e Event, key, text string, wants func(*Webhook) bool) {
		m := message
		m.Event, m.Text = e, text
		one := news{key: string(e) + " " + key, message: m}
		for i := range n.Settings.Webhooks {
			if w := &n.Settings.Webhooks[i]; w.wants(e, s.Labels) && wants(w) {
				one.webhooks = append(one.webhooks, w.Name)
			}
		}
		if len(one.webhooks) > 0 {
			f.news = append(f.news, one)
		}
	}
	always := func(*Webhook) bool { return true }
	if v.Decision.Verdict == gate.Passed {
		add(GatePassed, r.ID, name+": the gate passes: "+v.Why+".", always)
	}
	if what := unknown(r); what != "" {
		add(UnknownBuild, r.ID, name+": an instance of an unknown build has appeared: "+what+".", always)
	}
	if last := lastHit(judged); v.Decision.Verdict == gate.Failed && r.Summary.State() == fleet.StateLive && !last.IsZero() {
		for i := range n.Settings.Webhooks {
			w := &n.Settings.Webhooks[i]
			if quiet := judged.Now.Sub(last); quiet >= w.Quiet {
				add(Quiet, fmt.Sprintf("%s %d %s", r.ID, last.UnixMilli(), w.Name),
					fmt.Sprintf("%s: nothing new has run for %v, and the gate does not pass: %s. %d points never ran.", name, w.Quiet, v.Why, f.row.Missing),
					func(other *Webhook) bool { return other == w })
			}
		}
	}
	return f, nil
}

// unknown says why nobody can know what was built, or "".
func unknown(r *fleet.ReleaseView) string {
	switch {
	case r.Dirty:
		return "it was built of a work tree with changes"
	case r.Commit == "" && (r.Version == "" || r.Version == "(devel)"):
		return "it names neither a commit nor a version"
	}
	return ""
}

// lastHit is when something ran for the first time, or when the release appeared.
func lastHit(r *judge.Release) time.Time {
	last := r.View.FirstSeen
	for _, hit := range r.Coverage.Hits {
		if hit.At.After(last) {
			last = hit.At
		}
	}
	return last
}

// write writes verdicts, and schedules what is told for the first time.
func write(tx fleet.Tx, findings []finding) error {
	for _, f := range findings {
		if err := tx.SetGate(f.row); err != nil {
			return err
		}
		for _, one := range f.news {
			first, err := tx.Once(one.key)
			if err != nil {
				return err
			}
			if !first || f.silent {
				continue
			}
			for _, webhook := range one.webhooks {
				payload, err := json.Marshal(delivery{webhook, one.key, one.message})
				if err != nil {
					return err
				}
				if err := tx.Schedule(KindDeliver, one.key+" "+webhook, string(payload), 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
