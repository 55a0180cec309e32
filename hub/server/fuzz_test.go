package server

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzAgentCalls sends whatever an agent might to each call of the agents' protocol. The
// hub answers, says what is wrong as the client's fault, and goes on.
func FuzzAgentCalls(f *testing.F) {
	digest, manifest := manifestOf(3)
	for call, body := range []string{
		string(manifest), registrationText(1, digest, 3), pushText(0, []int{1, 2}), "goat covmeta", "mode: atomic",
		"", "{", "[]", "null", `{"from":-1,"ids":[9999999999],"age_ms":[]}`, `{"points":1e99}`, strings.Repeat("[", 10_000), "{\"key\":\"\xff\"}",
	} {
		f.Add(uint8(call), body)
	}
	running := startHub(f)
	running.call("PUT", "/api/v1/manifests/"+digest, manifest, "Goat-Protocol", "1")
	running.call("POST", "/api/v1/instances", registrationText(1, digest, 3), "Goat-Protocol", "1")
	f.Fuzz(func(t *testing.T, call uint8, body string) {
		h := &hub{Server: running.Server, t: t}
		method, path := "POST", "/api/v1/instances"
		switch call % 5 {
		case 0:
			method, path = "PUT", "/api/v1/manifests/"+digestOf(body)
		case 2:
			path += "/" + key(1) + "/points"
		case 3:
			method, path = "PUT", "/api/v1/covmeta/"+digestOf(body)[:32]
		case 4:
			path += "/" + key(1) + "/counters"
		}
		a := h.call(method, path, body, "Content-Type", "application/json", "Goat-Protocol", "1")
		if a.status >= http.StatusInternalServerError {
			t.Errorf("call %d: got %d and %s for %q, want an answer or the client's fault", call%5, a.status, a.body, body)
		}
		if a := h.call("GET", "/readyz", nil); a.status != http.StatusOK {
			t.Errorf("got %d from /readyz after %q, want the hub ready", a.status, body)
		}
	})
}
