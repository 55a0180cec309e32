package gocv1

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/hub/auth"
	"github.com/goat-trace/goat/hub/fleet"
)

// maxBody is the largest body of a request, in bytes.
const maxBody = 1 << 20

// registration is what an agent says about itself.
type registration struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Revise  string `json:"ip_revise"`
}

// register takes an agent into the list. An agent that is not admitted also gets an
// answer of success: anything else ends its application.
func (c *center) register(w http.ResponseWriter, r *http.Request) error {
	said, err := readRegistration(w, r)
	if err != nil {
		return &problem{http.StatusBadRequest, err}
	}
	peer := c.Addresses.Peer(r)
	address, err := said.address(peer)
	if err != nil {
		return &problem{http.StatusBadRequest, err}
	}
	refused := auth.Refused{Agent: string(fleet.AgentGocV1), Name: said.Name, Address: address, Peer: peer.String()}
	if address, err = c.admit(r, said.Name, address, peer); err == nil {
		_, err = c.Fleet.AddTarget(r.Context(), said.Name, address, peer.String())
		if e := (*fleet.Error)(nil); err != nil && (!errors.As(err, &e) || e.Kind == fleet.Busy) {
			return err // the hub's own fault: goc's agent tries once more
		}
	}
	if err != nil {
		refused.Why = err.Error()
		c.note(refused)
	}
	return answer(w, http.StatusOK, map[string]string{"result": "success"})
}

func (c *center) note(r auth.Refused) {
	c.Log.Warn("not admitted", "name", r.Name, "address", r.Address, "peer", r.Peer, "why", r.Why)
	c.Book.Note(r)
}

// admit returns the address at which the hub may call the sender.
func (c *center) admit(r *http.Request, name, address string, peer netip.Addr) (string, error) {
	p, err := c.Guard.Admit(r, auth.Push)
	if err != nil {
		return "", err
	}
	if n, _ := fleet.ParseName(name); !p.Sees(n.Labels) {
		return "", fmt.Errorf("the token %q may not report for this service", p.Name)
	}
	return c.Addresses.Admit(address, peer)
}

// readRegistration reads what goc's center accepts: JSON if the header says so,
// else a form or the query.
func readRegistration(w http.ResponseWriter, r *http.Request) (said registration, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if isJSON(r) {
		err = json.NewDecoder(r.Body).Decode(&said)
	} else if err = r.ParseForm(); err == nil {
		said = registration{r.Form.Get("name"), r.Form.Get("address"), r.Form.Get("ip_revise")}
	}
	if err != nil {
		return said, err
	}
	var missing []string
	for _, field := range []struct{ name, value string }{{"Name", said.Name}, {"Address", said.Address}} {
		if field.value == "" {
			missing = append(missing, fmt.Sprintf("Key: 'ServiceUnderTest.%s' Error:Field validation for '%s' failed on the 'required' tag", field.name, field.name))
		}
	}
	if missing != nil {
		return said, errors.New(strings.Join(missing, "\n"))
	}
	return said, nil
}

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// address returns the address to register: scheme, host and port. The host is the
// peer's if that is IPv4, unless ip_revise is false.
func (said *registration) address(peer netip.Addr) (string, error) {
	revise := true
	if said.Revise != "" {
		var err error
		if revise, err = strconv.ParseBool(said.Revise); err != nil {
			return "", fmt.Errorf("strconv.ParseBool maybe failed: %w", err)
		}
	}
	u, err := url.Parse(said.Address)
	if err != nil {
		return "", fmt.Errorf("url.Parse %s failed: %w", said.Address, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("unsupport schema")
	}
	if u.Host == "" {
		return "", errors.New("empty host")
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		return "", fmt.Errorf("net.SplitHostPort %s failed: %w", u.Host, err)
	}
	if revise && peer.Is4() {
		host = peer.String()
	}
	return u.Scheme + "://" + net.JoinHostPort(host, port), nil
}
