package push

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// problem says why a request failed, and what that means for the next one. An
// answer that does not come from a hub counts as if the hub were away.
type problem struct {
	kind       kind
	text       string
	retryAfter time.Duration // at least; 0 if the hub does not say
}

// error returns the problem as an error for callers, nil if there is none.
func (p *problem) error() error {
	if p == nil {
		return nil
	}
	return errors.New(p.text)
}

type kind int

const (
	away     kind = iota // not now: try again, with growing pauses
	denied               // not allowed: try again in ten minutes
	tooNew               // no common version of the protocol: try again in an hour
	wrong                // this request can never succeed: go on with the others
	unknown              // the hub does not know the instance
	conflict             // the key belongs to another build
)

// Times until the next try. A time that the hub asks for counts up to longestPause.
const (
	firstPause   = time.Second
	ladderEnd    = time.Minute
	deniedPause  = 10 * time.Minute
	tooNewPause  = time.Hour
	longestPause = time.Hour
)

// is reports whether there is a problem and it is of this kind.
func (p *problem) is(k kind) bool { return p != nil && p.kind == k }

// pause is how long to wait after this many failed tries.
func (p *problem) pause(fails int) time.Duration {
	pause := min(firstPause<<min(fails-1, 10), ladderEnd)
	switch p.kind {
	case denied:
		pause = deniedPause
	case tooNew:
		pause = tooNewPause
	}
	spread := rand.N(pause/2 + 1) //nolint:gosec // it is no secret
	return max(pause/2+spread, p.retryAfter)
}

// next says what the user can do about the problem.
func (p *problem) next() string {
	switch p.kind {
	case denied:
		return "look at GOAT_HUB and GOAT_HUB_TOKEN; it is tried again in ten minutes"
	case tooNew:
		return "update the hub, or build with an older goat"
	}
	return "nothing is lost while the program runs; start the hub, or look at GOAT_HUB, GOAT_HUB_CA and HTTPS_PROXY"
}

// problemOf returns the problem that an answer means; nil for status 200.
func problemOf(a answer) *problem {
	if a.status == http.StatusOK {
		return nil
	}
	p := &problem{text: "the hub answers " + strconv.Itoa(a.status), retryAfter: min(a.retryAfter, longestPause)}
	said, isProblem := members(a.body)
	name, _ := unquote(said["type"])
	if detail, ok := unquote(said["detail"]); ok && detail != "" {
		p.text += ": " + beginning(detail)
	}
	switch {
	case a.status == http.StatusBadRequest && name == problemType+"unsupported-protocol":
		p.kind = tooNew
	case a.status == http.StatusNotFound && isProblem && name == problemType+"unknown-instance", a.status == http.StatusGone:
		p.kind = unknown
	case a.status == http.StatusNotFound:
		p.kind, p.text = denied, p.text+"; it is probably no hub"
	case a.status == http.StatusConflict:
		p.kind = conflict
	case a.status == http.StatusBadRequest, a.status == http.StatusRequestEntityTooLarge,
		a.status == http.StatusUnsupportedMediaType, a.status == http.StatusUnprocessableEntity:
		p.kind = wrong
	case a.status/100 == 3:
		p.kind, p.text = denied, p.text+", which sends elsewhere; name the address that it sends to"
	case a.status/100 == 4 && a.status != http.StatusTooManyRequests && a.status != http.StatusRequestTimeout:
		p.kind = denied
	}
	return p
}

const problemType = "urn:goat:problem:"

// beginning returns as much of a foreign text as fits into a log line.
func beginning(text string) string { return text[:min(len(text), 300)] }
