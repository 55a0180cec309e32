package push

import (
	"time"

	"github.com/goat-trace/goat/rt/warning"
)

// voice says once what is wrong, and once more when it works again.
type voice struct {
	said    bool      // the trouble has been logged and is not over
	ever    bool      // the hub has been reached
	since   time.Time // of the trouble
	refused bool      // a refused request has been logged
}

// patience is how long a hub that has answered before may be away until that is
// logged: hubs are restarted.
const patience = time.Minute

// trouble is called for each try that has failed.
func (v *voice) trouble(p *problem, hub string, fails int) {
	if v.silent(p, fails) {
		return
	}
	warning.Say("goat does not reach its hub, and tries again", warning.Error{
		Err:        p.error(),
		Attributes: []any{"GOAT_HUB", hub, "error", p.text},
		Next:       p.next(),
	})
}

// silent reports whether a failed try is not logged.
func (v *voice) silent(p *problem, fails int) bool {
	if fails == 1 {
		v.since = time.Now()
	}
	if v.said || v.ever && p.kind == away && time.Since(v.since) < patience {
		return true
	}
	v.said = true
	return false
}

// well is called for each try that has succeeded; refused is a request that the hub
// does not take, nil for none.
func (v *voice) well(refused *problem) {
	if v.said {
		warning.Tell("goat reports to its hub again")
	}
	v.said, v.ever = false, true
	if refused != nil && !v.refused {
		v.refused = true
		warning.Say("the hub refuses a part of what goat reports", warning.Error{
			Err: refused.error(), Attributes: []any{"error", refused.text}, Next: "update the hub and goat to the same release",
		})
	}
}
