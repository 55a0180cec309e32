package gocv2

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// registered is the answer to an agent.
type registered struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

// register takes an agent in. The agent then dials, with the id and the token that
// it gets here. An agent that is not admitted gets an id that nobody has.
func (c *center) register(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	a := &fleet.GocAgent{
		Host: r.FormValue("hostname"), Command: r.FormValue("cmdline"), PID: r.FormValue("pid"), Extra: r.FormValue("extra"),
		Token: key(), Instance: key(),
	}
	if a.Host == "" || a.Command == "" || a.PID == "" {
		return &problem{Status: http.StatusBadRequest, Message: "missing some params"}
	}
	id, err := c.admit(r, a)
	if e := (*fleet.Error)(nil); err != nil && errors.As(err, &e) && e.Kind == fleet.Busy {
		return err
	}
	if err != nil {
		peer := c.Addresses.Peer(r).String()
		c.Log.Warn("not admitted", "host", a.Host, "command", a.Command, "peer", peer, "why", err)
		c.Book.Note(auth.Refused{Agent: string(fleet.AgentGocV2), Name: strings.TrimSpace(a.Command + " " + a.Extra), Address: a.Host, Peer: peer, Why: err.Error()})
	}
	return answer(w, http.StatusOK, registered{strconv.FormatInt(id, 10), a.Token})
}

// admit returns the agent's id, or 0 with an error.
func (c *center) admit(r *http.Request, a *fleet.GocAgent) (int64, error) {
	p, err := c.Guard.Admit(r, auth.Push)
	if err != nil {
		return 0, err
	}
	if l := fleet.LabelsOfGocAgent(a); !p.Sees(l) {
		return 0, fleet.Errorf(fleet.Forbidden, "the token %q may not report for the service %s", p.Name, l.Name())
	}
	return c.Fleet.AddGocAgent(r.Context(), a)
}

// key returns 32 hexadecimal digits that nobody can guess.
func key() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
