package push

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goat-trace/goat/rt"
)

// The hub knows a second later what has run. While code keeps running, pushes get
// rarer.
func TestRhythm(t *testing.T) {
	inBubble(t, 2000, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		before := len(rt.HitsAfter(-1, 0).IDs)
		time.Sleep(10 * time.Second)
		own.hit(0, 1)
		time.Sleep(look + time.Millisecond)
		synctest.Wait()
		if ids, _ := h.all(); len(ids) != before+1 {
			t.Errorf("got %d hits a second later, want %d", len(ids), before+1)
		}
		time.Sleep(time.Minute)
		h.forget()
		for i := range 600 { // ten minutes of new hits
			own.hit(i+1, i+2)
			time.Sleep(time.Second)
		}
		if n := h.count("/points"); n < 18 || n > 28 {
			t.Errorf("got %d pushes in ten minutes of new hits, want one after 1, 2, 4 … 30 seconds, when the hub wants a word", n)
		}
		time.Sleep(2 * time.Minute)
		h.forget()
		time.Sleep(10 * time.Minute)
		if n := h.count("/points"); n < 19 || n > 21 {
			t.Errorf("got %d heartbeats in ten minutes, want one each 30 s", n)
		}
		for _, r := range h.requests {
			if size := requestSize(r); size >= 300 || len(r.body) > 20 {
				t.Errorf("got a heartbeat of %d bytes, want fewer than 300: %s", size, r.body)
			}
		}
	})
}

// requestSize is the size of a request on the network, with a token of 32 bytes.
func requestSize(r recorded) int {
	n := len(fmt.Sprintf("%s %s HTTP/1.1\r\nHost: hub:8089\r\n\r\n%s", r.method, r.path, r.body)) + len("Authorization: Bearer \r\n") + 32
	for name, values := range r.header {
		n += len(name) + len(values[0]) + 4
	}
	return n
}

// While a hub is away for a day, the process tries once a minute. When the hub is
// back it gets everything, with the right age.
func TestADayAway(t *testing.T) {
	inBubble(t, 100, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		h.setAway(true)
		own.hit(0, 40)
		time.Sleep(24 * time.Hour)
		own.hit(40, 100)
		time.Sleep(time.Minute)
		if h.dials < 24*60 || h.dials > 3*24*60 {
			t.Errorf("got %d tries in a day, want one each 30 to 60 s", h.dials)
		}
		h.setAway(false)
		time.Sleep(2 * time.Minute)
		ids, ages := h.all()
		all := rt.HitsAfter(-1, 0)
		if !slices.Equal(ids, all.IDs) {
			t.Fatalf("got %d hits, want all %d in their order", len(ids), len(all.IDs))
		}
		if first := time.Duration(ages[len(ages)-100]) * time.Millisecond; first < 24*time.Hour || first > 24*time.Hour+5*time.Minute {
			t.Errorf("got a hit %v old, want a day", first)
		}
		if last := time.Duration(ages[len(ages)-1]) * time.Millisecond; last > 5*time.Minute {
			t.Errorf("got the last hit %v old, want a minute or three", last)
		}
	})
}

// Whatever a hub answers, the pusher goes on. It does not push more often than it
// should, does not stop for ever, and in the end the hub has everything.
func TestAnswers(t *testing.T) {
	always := func(status int, header map[string]string, body string) func(*http.Request, []byte) (reply, bool) {
		return func(*http.Request, []byte) (reply, bool) { return reply{status, header, body}, true }
	}
	onPoints := func(status int, body string) func(*http.Request, []byte) (reply, bool) {
		return func(r *http.Request, _ []byte) (reply, bool) {
			return reply{status: status, body: body}, strings.HasSuffix(r.URL.Path, "/points")
		}
	}
	tests := []struct {
		name        string
		script      func(*http.Request, []byte) (reply, bool)
		least, most int // requests in an hour
		back        time.Duration
	}{
		{"500", always(500, nil, "oops"), 59, 130, 2 * time.Minute},
		{"busy", always(503, map[string]string{"Retry-After": "300"}, ""), 11, 13, 6 * time.Minute},
		{"busy for ever", always(429, map[string]string{"Retry-After": "999999999999"}, ""), 1, 60, 2 * time.Hour},
		{"busy until then", always(429, map[string]string{"Retry-After": "99999999"}, ""), 1, 2, 2 * time.Hour},
		{"no token", always(401, nil, ""), 5, 14, 15 * time.Minute},
		{"forbidden", always(403, nil, "<html>"), 5, 14, 15 * time.Minute},
		{"no hub", always(404, nil, "<html>"), 5, 14, 15 * time.Minute},
		{"redirect", always(302, map[string]string{"Location": "http://evil.example/"}, ""), 5, 14, 15 * time.Minute},
		{"garbage", always(200, nil, "\x00\xff{{{"), 5, 14, 15 * time.Minute},
		{"another JSON", always(200, nil, `[1,2]`), 5, 14, 15 * time.Minute},
		{"an id that is a path", always(200, nil, `{"id":"../../x","acked":0,"next_s":1}`), 5, 14, 15 * time.Minute},
		{"no end", always(200, nil, strings.Repeat(" ", 1<<20)), 59, 130, 2 * time.Minute},
		{"a header without end", always(200, map[string]string{"X": strings.Repeat("x", 1<<20)}, ""), 59, 130, 2 * time.Minute},
		{"too new", always(400, nil, `{"type":"urn:goat:problem:unsupported-protocol","supported":[7]}`), 0, 3, 3 * time.Hour},
		{"wrong registration", always(400, nil, `{"type":"urn:goat:problem:bad-request"}`), 5, 14, 15 * time.Minute},
		{"wrong push", onPoints(400, `{}`), 100, 130, 2 * time.Hour},
		{"instances forgotten", onPoints(404, `{"type":"urn:goat:problem:unknown-instance"}`), 100, 900, 2 * time.Minute},
		{"instances gone", onPoints(410, ``), 100, 900, 2 * time.Minute},
		{"key of another build", onPoints(409, `{}`), 100, 900, 2 * time.Minute},
		{"next at once", onPoints(200, `{"acked":0,"next_s":0,"push":true}`), 100, 1000, 2 * time.Minute},
		{"never again", onPoints(200, `{"acked":0,"next_s":999999999}`), 100, 1000, 10 * time.Minute},
		{"more than there is", onPoints(200, `{"acked":999999,"next_s":30}`), 100, 130, time.Hour},
		{"less than nothing", onPoints(200, `{"acked":-1,"next_s":-30}`), 5, 14, 15 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, 10, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
				own.hit(0, 5)
				h.follow(test.script)
				time.Sleep(time.Hour)
				if n := h.count(""); n < test.least || n > test.most {
					t.Errorf("got %d requests in an hour, want %d to %d", n, test.least, test.most)
				}
				own.hit(5, 10)
				h.follow(nil)
				if test.name == "more than there is" {
					return // it has said that it has them
				}
				time.Sleep(test.back)
				synctest.Wait()
				want := rt.HitsAfter(-1, 0).IDs
				full := false
				for _, i := range h.instances {
					full = full || slices.Equal(i.ids, want)
				}
				if !full {
					t.Errorf("got no instance with all %d hits %v later", len(want), test.back)
				}
			})
		})
	}
}

// A hub whose database was restored from a backup asks for the rest by saying what
// it has.
func TestHubSetBack(t *testing.T) {
	inBubble(t, 100, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		own.hit(0, 100)
		time.Sleep(10 * time.Second)
		want, _ := h.all()
		h.mu.Lock()
		for _, i := range h.instances {
			i.ids, i.ages = i.ids[:7], i.ages[:7]
		}
		h.mu.Unlock()
		time.Sleep(2 * time.Minute)
		if got, _ := h.all(); !slices.Equal(got, want) {
			t.Errorf("got %d hits, want the %d of before", len(got), len(want))
		}
	})
}

// A hub that has forgotten everything gets everything again, from the same
// instance.
func TestHubForgets(t *testing.T) {
	inBubble(t, 10, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		own.hit(0, 10)
		time.Sleep(10 * time.Second)
		want, _ := h.all()
		h.mu.Lock()
		clear(h.instances)
		clear(h.manifests)
		h.mu.Unlock()
		key := p.self.Key(p.manifest.Generation)
		time.Sleep(2 * time.Minute)
		got, _ := h.all()
		if !slices.Equal(got, want) || h.instances[key] == nil || len(h.manifests) != 1 {
			t.Errorf("got %d hits, %d manifests, want %d and 1 of the instance %s", len(got), len(h.manifests), len(want), key)
		}
	})
}

// A document that the hub wants but does not keep is not sent all the time.
func TestInsatiableHub(t *testing.T) {
	inBubble(t, 10, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		h.wants = []string{"manifest", "covmeta", "money"}
		time.Sleep(time.Hour)
		if n := h.count("/manifests/"); n < 2 || n > 8 {
			t.Errorf("got the manifest sent %d times in an hour, want some", n)
		}
	})
}

// A plugin renumbers the points: what was said before stays with the old instance.
func TestPlugin(t *testing.T) {
	inBubble(t, 4, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		own.hit(0, 2)
		time.Sleep(10 * time.Second)
		plugin := register(t, 3)
		plugin.hit(0, 3)
		time.Sleep(2 * time.Minute)
		if len(h.instances) != 2 || len(h.manifests) != 2 {
			t.Fatalf("got %d instances and %d manifests, want two of each", len(h.instances), len(h.manifests))
		}
		want := rt.HitsAfter(-1, 0).IDs
		if got := h.instances[p.self.Key(p.manifest.Generation)].ids; !slices.Equal(got, want) {
			t.Errorf("got %v of the second instance, want all hits by their new ids: %v", got, want)
		}
	})
}

// Now returns when everything is stored, or says why it is not, however many
// callers there are.
func TestNow(t *testing.T) {
	inBubble(t, 100, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		own.hit(0, 1) // before it has registered
		if err := p.now(ctx, false); err != nil {
			t.Errorf("got %v, want it stored", err)
		}
		want := rt.HitsAfter(-1, 0).IDs
		if got, _ := h.all(); !slices.Equal(got, want) {
			t.Errorf("got %d hits, want %d", len(got), len(want))
		}
		h.forget()
		began, errs := time.Now(), make(chan error)
		for range 1000 {
			go func() { errs <- p.now(ctx, false) }()
		}
		for range 1000 {
			if err := <-errs; err != nil {
				t.Errorf("got %v of one of many, want it stored", err)
			}
		}
		if n := h.count(""); n > 20 {
			t.Errorf("got %d requests of a thousand who ask at once, in %v", n, time.Since(began))
		}
		h.setAway(true)
		own.hit(1, 2)
		if err := p.now(ctx, false); err == nil {
			t.Error("got no error of a hub that is away, want one")
		}
		h.setAway(false)
		h.follow(func(*http.Request, []byte) (reply, bool) { time.Sleep(time.Hour); return reply{}, true })
		began = time.Now()
		ctx, cancel = context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := p.now(ctx, false); err == nil || time.Since(began) > 4*time.Second {
			t.Errorf("got %v after %v of a hub that does not answer, want an error within 3 s", err, time.Since(began))
		}
		h.follow(nil)
		time.Sleep(2 * time.Hour)
	})
}

// Once a day the points are armed again, and points that run again are pushed once.
// What has run stays run.
func TestLastHits(t *testing.T) {
	inBubble(t, 10, nil, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		own.hit(0, 6)
		time.Sleep(time.Minute)
		before, _ := h.all()
		first := len(rt.Snapshot()) - 10 + 1 // the id of the first of these points
		again := func(hours int) (ids []int) {
			h.forget()
			time.Sleep(time.Duration(hours) * time.Hour)
			synctest.Wait()
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, r := range h.requests {
				var push struct{ Again []int }
				if err := json.Unmarshal(r.body, &push); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, push.Again...)
			}
			return ids
		}
		if got := again(25); got != nil {
			t.Errorf("got %v told again on the first day, want nothing", got)
		}
		own.hit(2, 4)
		if got, want := again(1), []int{first + 2, first + 3}; !slices.Equal(got, want) {
			t.Errorf("got %v told again, want %v", got, want)
		}
		own.hit(0, 7)
		if got, want := again(1), []int{first, first + 1, first + 4, first + 5}; !slices.Equal(got, want) {
			t.Errorf("got %v told again, want %v, and the new one as a hit", got, want)
		}
		again(24)
		own.hit(2, 3)
		if got, want := again(1), []int{first + 2}; !slices.Equal(got, want) {
			t.Errorf("got %v told again on the third day, want %v", got, want)
		}
		after, _ := h.all()
		if !slices.Equal(after[:len(before)], before) || len(after) != len(before)+1 {
			t.Errorf("got %d hits, want the %d of before and a new one", len(after), len(before))
		}
		ran := 0
		for _, p := range rt.Snapshot() {
			if p.Count > 0 {
				ran++
			}
		}
		if ran != len(after) {
			t.Errorf("got %d points that have run, want %d: what has run stays run", ran, len(after))
		}
	})
}
