package server

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/notify"
)

// receiver is a webhook that fails, hangs, and comes back.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	tell func(n int, w http.ResponseWriter, r *http.Request) // what the n-th request gets; nil takes it
	got  []taken
}

type taken struct {
	header http.Header
	body   string
}

func startReceiver(t *testing.T, tell func(int, http.ResponseWriter, *http.Request)) *receiver {
	r := &receiver{tell: tell}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.got = append(r.got, taken{request.Header, string(body)})
		n := len(r.got)
		r.mu.Unlock()
		if r.tell != nil {
			r.tell(n, w, request)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []taken {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]taken{}, r.got...)
}

// withNotify has the hub tell webhooks, and look at gates often.
func withNotify(t *testing.T, settings string) func(*Config) {
	file := filepath.Join(t.TempDir(), "notify.yaml")
	write(t, file, settings)
	return func(c *Config) { c.Notify, c.Look = file, 50*time.Millisecond }
}

// A webhook that fails and hangs is told again, until it takes what there is to tell:
// once, signed, and the same each time. Other webhooks do not wait for it.
func TestNotifications(t *testing.T) {
	hung := make(chan struct{})
	bad := startReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
		switch n {
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
		case 2:
			<-hung
		}
	})
	defer close(hung)
	chat := startReceiver(t, nil)
	const secret = "0123456789abcdef0123"
	d := startDecider(t, []int{2, 4}, withNotify(t, fmt.Sprintf(`
hub: https://hub.example.com/
webhooks:
- {name: pipeline, url: %q, secret: %s, events: [gate-passed], timeout: 300ms, allowPrivate: true}
- {name: chat, url: %q, format: slack, events: [gate-passed, unknown-build], allowPrivate: true}
- {name: prod, url: %q, env: prod, allowPrivate: true}
`, bad.URL, secret, chat.URL, chat.URL)))
	until(t, "the verdict noted", func() bool {
		return strings.Contains(d.call("GET", "/metrics", nil).body, `verdict="failed"} 1`)
	})
	if n := len(bad.all()) + len(chat.all()); n != 0 {
		t.Errorf("got %d requests before the gate passes", n)
	}
	d.post("/api/v1/instances/"+key(1)+"/points", document{"from": 2, "ids": []int{5}}, new(told))
	until(t, "the chat told", func() bool { return len(chat.all()) == 1 })
	id := strings.TrimPrefix(d.release, "/api/v1/releases/")
	var text struct{ Text string }
	if err := json.Unmarshal([]byte(chat.all()[0].body), &text); err != nil || text.Text != "staging_th_apa_shop "+d.commit[:10]+": the gate passes: enough of the changed code has run. https://hub.example.com/releases/"+id {
		t.Errorf("got %v and %q, want the sentence with a link", err, text.Text)
	}
	until(t, "the pipeline told again", func() bool { return len(bad.all()) == 3 })
	first, last := bad.all()[0], bad.all()[2]
	var m notify.Message
	if err := json.Unmarshal([]byte(last.body), &m); err != nil || m.Event != notify.GatePassed || m.Release != id || m.Verdict != "passed" || m.Covered != 3 {
		t.Errorf("got %v and %+v", err, m)
	}
	if got, want := last.header.Get("Goat-Signature"), "sha256="+notify.Sign(secret, last.header.Get("Goat-Timestamp"), []byte(last.body)); got != want {
		t.Errorf("got the signature %s, want %s", got, want)
	}
	if a, b := first.header.Get("Goat-Delivery"), last.header.Get("Goat-Delivery"); a != b || len(a) != 32 || first.body != last.body {
		t.Errorf("got deliveries %s and %s, want the same", a, b)
	}
	metrics := d.call("GET", "/metrics", nil).body
	until(t, "the verdict on /metrics", func() bool {
		metrics = d.call("GET", "/metrics", nil).body
		return strings.Contains(metrics, `verdict="passed"} 1`) && strings.Contains(metrics, `verdict="failed"} 0`)
	})
	if !strings.Contains(metrics, "goat_hub_points_missing{") || !strings.Contains(metrics, "goat_hub_points_excused{") {
		t.Errorf("got\n%s\nwant what is missing and excused", metrics)
	}

	digest, _ := refundManifest(t, "main")
	dirty := shop(5, digest, len(refundLines))
	dirty["commit"], dirty["dirty"] = d.commit, true
	d.post("/api/v1/instances", dirty, new(told))
	until(t, "the chat told of the build", func() bool { return len(chat.all()) == 2 })
	if body := chat.all()[1].body; !strings.Contains(body, "an instance of an unknown build has appeared: it was built of a work tree with changes") {
		t.Errorf("got %s, want the unknown build", body)
	}
	time.Sleep(300 * time.Millisecond) // several looks
	if len(chat.all()) != 2 || len(bad.all()) != 3 {
		t.Errorf("got %d and %d requests, want no event told twice", len(chat.all()), len(bad.all()))
	}
}

// Nothing new for the webhook's time, though the gate does not pass.
func TestQuietNotification(t *testing.T) {
	chat := startReceiver(t, nil)
	d := startDecider(t, []int{}, withNotify(t, fmt.Sprintf("webhooks:\n- {name: chat, url: %q, events: [quiet], quiet: 1h, allowPrivate: true}\n- {name: later, url: %q, events: [quiet], quiet: 100h, allowPrivate: true}\n", chat.URL, chat.URL)))
	look := func() { // as a replica that has just started
		t.Helper()
		n := notify.Notifier{Fleet: d.fleet, Judge: d.Server.judge, Settings: d.notify.Settings, Every: time.Minute, Log: d.config.Log}
		o, err := n.Look(t.Context(), &jobs.Job{})
		if err != nil {
			t.Fatal(err)
		}
		d.effect(o.Effect)
	}
	look()
	if got := chat.all(); len(got) != 0 {
		t.Fatalf("got %v of a release that has just come", got)
	}
	db, err := sql.Open("sqlite", filepath.Join(d.config.Root, "sqlite.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE releases SET first_seen = first_seen - 7200000"); err != nil {
		t.Fatal(err)
	}
	look()
	look()
	until(t, "the chat told", func() bool { return len(chat.all()) > 0 })
	time.Sleep(200 * time.Millisecond)
	if got := chat.all(); len(got) != 1 || !strings.Contains(got[0].body, "nothing new has run for 1h0m0s, and the gate does not pass") {
		t.Errorf("got %v, want it told once, to the one whose time is over", got)
	}
}

// effect writes an effect as a job does.
func (d *decider) effect(write func(fleet.Tx) error) {
	d.t.Helper()
	if err := d.store.Schedule(d.t.Context(), "of-test", "", "", 0); err != nil {
		d.t.Fatal(err)
	}
	j, err := d.store.Claim(d.t.Context(), []string{"of-test"}, time.Minute)
	if err == nil {
		err = d.store.Finish(d.t.Context(), j, jobs.Outcome{Effect: write})
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// Private addresses are refused when they are dialled, and redirects not followed.
func TestNotificationAddresses(t *testing.T) {
	private := startReceiver(t, nil)
	redirecting := startReceiver(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, private.URL, http.StatusTemporaryRedirect)
	})
	for name, c := range map[string]struct{ settings, want string }{
		"private":    {fmt.Sprintf("{name: a, url: %q}", private.URL), "its address is private"},
		"a name":     {fmt.Sprintf("{name: a, url: %q}", strings.Replace(private.URL, "127.0.0.1", "localhost", 1)), "its address is private"},
		"a redirect": {fmt.Sprintf("{name: a, url: %q, allowPrivate: true}", redirecting.URL), "it answers 307"},
	} {
		file := filepath.Join(t.TempDir(), "notify.yaml")
		write(t, file, "webhooks: ["+c.settings+"]\n")
		settings, err := notify.ReadSettings(file)
		if err != nil {
			t.Fatal(err)
		}
		n := notify.Notifier{Settings: settings, Log: slog.New(slog.DiscardHandler)}
		_, err = n.Deliver(t.Context(), &jobs.Job{Payload: `{"webhook":"a","message":{"event":"gate-passed"}}`, Attempt: 1})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "http:") {
			t.Errorf("%s: got %v, want %q without the URL", name, err, c.want)
		}
	}
	if got := private.all(); len(got) != 0 {
		t.Errorf("got %v, want no request there", got)
	}
}

// Wrong settings name the file and the webhook, and no secret.
func TestNotificationSettings(t *testing.T) {
	for text, want := range map[string]string{
		"webhooks: [{url: https://a}]":                                     "it has no name",
		"webhooks: [{name: a, url: ftp://secret}]":                         "its url is no address of a webhook",
		"webhooks: [{name: a, url: https://a, format: xml}]":               `its format is "xml"`,
		"webhooks: [{name: a, url: https://a, secret: short}]":             "its secret has 5 bytes",
		"webhooks: [{name: a, url: https://a, events: [boom]}]":            `there is no event "boom"`,
		"webhooks: [{name: a, url: https://a, quiet: 1s}]":                 "quiet is 1s",
		"webhooks: [{name: a, url: https://a}, {name: a, url: https://b}]": `two webhooks are called "a"`,
		"webhook: []": "field webhook not found",
		"webhooks: [{name: a, url: https://a, timeout: 2h}]": "timeout is 2h0m0s",
	} {
		file := filepath.Join(t.TempDir(), "notify.yaml")
		write(t, file, text)
		_, err := notify.ReadSettings(file)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "ftp://secret") {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
	if _, err := notify.ReadSettings(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("got no error of a file that is not there")
	}
}
