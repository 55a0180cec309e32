package server

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// What is at an address is kept before the hook is answered, whatever agent it is.
func TestPreStop(t *testing.T) {
	h := startHub(t)
	v1 := startAgent(t, h.CenterURL(), echoName, 1, 0, 0, 0)
	v2 := newV2Agent(t, h.CenterURL(), "./echo", echoExtra, 0, 1, 0, 0).connect()
	h.connected(1)
	kept := func(want string, id string) {
		t.Helper()
		if text, at, err := h.fleet.Raw(t.Context(), id); err != nil || string(text) != want || time.Since(at) > time.Minute {
			t.Errorf("got %s of %v and %v, want\n%s", text, at, err, want)
		}
	}
	hook := func(query, want string, status int) {
		t.Helper()
		if a := h.call("POST", "/api/v1/prestop?"+query, nil); a.status != status || !strings.Contains(a.body, want) {
			t.Errorf("%s: got %d and %s, want %d and %s", query, a.status, a.body, status, want)
		}
	}
	hook("service="+echoName+"&address="+v1.addr, `"kept":1`, http.StatusOK)
	instances := h.instancesOf(echoName)
	id := map[bool]string{}
	for _, i := range instances {
		id[i.Address == ""] = i.ID
	}
	kept(profileOf(echoBlocks, 1, 0, 0, 0), id[false])
	hook("service="+h.serviceOf(echoName)+"&address="+id[true], `"kept":1`, http.StatusOK)
	kept(profileOf(echoBlocks, 0, 1, 0, 0), id[true])
	v1.set(2, 0, 0, 0)
	v2.set(0, 2, 0, 0)
	hook("service="+echoName, `"kept":2`, http.StatusOK) // all at the address that the request comes from
	kept(profileOf(echoBlocks, 2, 0, 0, 0), id[false])
	kept(profileOf(echoBlocks, 0, 2, 0, 0), id[true])

	// goc's single mode registers nowhere.
	single := newAgent(t, h.CenterURL(), 0, 0, 1, 0)
	single.register("elsewhere")
	single.serve()
	h.goc("POST", "/v1/cover/remove", `{"service":["elsewhere"]}`)
	hook("service=staging_th_apa_single_master_1234567&address="+single.addr, `"kept":1`, http.StatusOK)
	kept(profileOf(echoBlocks, 0, 0, 1, 0), h.instancesOf("staging_th_apa_single_master_1234567")[0].ID)

	v1.kill()
	hook("service="+echoName+"&address="+v1.addr, "what they said before is kept", http.StatusServiceUnavailable)
	kept(profileOf(echoBlocks, 2, 0, 0, 0), id[false])
	hook("address=x", "service is missing", http.StatusBadRequest)
	hook("service=nobody", "no instance", http.StatusNotFound)
	hook("service=nobody&address=http://10.0.0.1:1", "nor allowed", http.StatusForbidden)
	hook("service=nobody&address=%00", "no agent's address", http.StatusBadRequest)
}
