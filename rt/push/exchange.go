package push

import (
	"time"
)

// mostIDs is how many ids one push may have.
const mostIDs = 65_536

// told is what the hub answers to a request of an instance.
type told struct {
	id    string
	acked int
	next  time.Duration
	push  bool
	wants []string
}

// errNoHub says that an answer has status 200 but does not come from a hub.
var errNoHub = &problem{kind: denied, text: "the hub's answer is none of the protocol; it is probably no hub"}

func readTold(body []byte) (t told, p *problem) {
	said, ok := members(body)
	if !ok {
		return t, errNoHub
	}
	acked, ok := number(said["acked"])
	if !ok {
		return t, errNoHub
	}
	next, _ := number(said["next_s"])
	t = told{acked: acked, next: time.Duration(next) * time.Second, push: string(said["push"]) == "true"}
	t.id, _ = unquote(said["id"])
	t.wants, _ = texts(said["wants"])
	return t, nil
}

// supplyTime is how long a manifest may take: it may be megabytes.
const supplyTime = time.Minute

// isID checks an id from the hub, so that a bad one cannot change the path of a
// request.
func isID(id string) bool {
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return id != "" && len(id) <= 128
}

// ask sends a request; any answer but 200 is a problem.
func (c *connection) ask(r call) (answer, *problem) {
	a, err := c.send(r)
	if err != nil {
		return a, &problem{text: err.Error()}
	}
	return a, problemOf(a)
}

// report sends a request like ask, and reads the hub's answer to an instance.
func (c *connection) report(r call) (told, *problem) {
	a, p := c.ask(r)
	if p != nil {
		return told{}, p
	}
	return readTold(a.body)
}

// enrol registers an instance.
func (c *connection) enrol(registration []byte, deadline time.Time) (told, *problem) {
	t, p := c.report(call{method: "POST", path: "/api/v1/instances", contentType: "application/json", body: registration, deadline: deadline})
	if p == nil && !isID(t.id) {
		p = errNoHub
	}
	return t, p
}

// tell pushes what ran in an instance.
func (c *connection) tell(id string, push []byte, deadline time.Time) (told, *problem) {
	return c.report(call{method: "POST", path: "/api/v1/instances/" + id + "/points", contentType: "application/json", body: push, deadline: deadline})
}
