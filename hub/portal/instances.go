package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// holds reports whether one of the texts contains the query, ignoring case.
func holds(query string, texts ...string) bool {
	if query == "" {
		return true
	}
	query = strings.ToLower(query)
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), query) })
}

// instancesBody is a release's processes and binaries.
type instancesBody struct {
	subject
	Instances []fleet.Instance
	Builds    []fleet.Build
	All       int
}

// instancesAtOnce is how many instances a page shows.
const instancesAtOnce = 500

func (h *Handler) instances(w http.ResponseWriter, r *http.Request) error {
	s, err := h.subject(r)
	if err != nil {
		return err
	}
	b := instancesBody{subject: s}
	if b.Instances, err = h.fleet.Instances(r.Context(), s.Release.ID); err != nil {
		return err
	}
	if b.Builds, err = h.fleet.Builds(r.Context(), s.Release.ID); err != nil {
		return err
	}
	order := []fleet.InstanceState{fleet.Live, fleet.Unreachable, fleet.Ended, fleet.Gone}
	slices.SortStableFunc(b.Instances, func(x, y fleet.Instance) int {
		return cmp.Or(cmp.Compare(slices.Index(order, x.State), slices.Index(order, y.State)), y.Seen.Compare(x.Seen))
	})
	b.All = len(b.Instances)
	b.Instances = b.Instances[:min(b.All, instancesAtOnce)]
	return h.show(w, http.StatusOK, "instances.html", page{Title: s.title("Instances"), Tab: "instances", Body: &b})
}

// refreshWait is how long a page waits for instances to send their counts.
const refreshWait = 2 * time.Second

// notices say what a form has done. The keys are words in the page's address.
var notices = map[string]string{
	"measured":  "Measured just now.",
	"cached":    "Nothing was asked: it was measured a short while ago. “Force refresh” asks now.",
	"asked":     "The instances are asked for what they have. They answer with their next word, within half a minute; this page then shows it.",
	"nothing":   "No instance has sent coverage counters: there is nothing to measure.",
	"excused":   "The point is excused. It counts apart, and not as covered.",
	"withdrawn": "The excuse is withdrawn. The point counts again.",
	"cleared":   "Counts begin anew from now on. Nothing was erased: “Undo” brings them back.",
	"undone":    "The counts from before are back.",
}

func notice(r *http.Request) string { return notices[r.FormValue("done")] }
