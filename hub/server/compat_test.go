package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const shopName = "staging_th_apa_shop_refunds_"

// One call of the plugin's report API after the other, as its scripts make them.
func TestReportAPI(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	name := shopName + c.commit[:10]
	const address = "http://127.0.0.1:51007"
	if a := h.call("GET", "/", nil); a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("a script asks for /: got %d and %s, want text", a.status, a.header)
	}
	if a := h.call("GET", "/", nil, "Accept", "text/html,*/*;q=0.8"); !strings.Contains(a.body, "<!doctype html>") {
		t.Errorf("a browser asks for /: got %s, want a page", a.body)
	}
	if a := h.call("GET", "/ping", nil); a.body != `{"message":"pong"}`+"\n" {
		t.Errorf("ping: got %q", a.body)
	}
	post := func(path string, body document) answer { return h.call("POST", path, body) }
	wants := func(what string, a answer, status int, part string) {
		t.Helper()
		if a.status != status || !strings.Contains(a.body, part) {
			t.Errorf("%s: got %d and %s, want %d and %s", what, a.status, a.body, status, part)
		}
	}
	wants("nobody is there", h.call("GET", "/cover/list", nil), 200, `{"code":0,"count":0,"data":[]}`)
	wants("unknown name", post("/cover/latest/total", document{"srv_name": name}), 400, `{"error":"`)

	h.count(1, c, c.counters[0], document{"address": address})
	wants("before it is measured", post("/cover/latest/total", document{"srv_name": name}), 400, `{"error":"`)
	wants("sync of a foreign address", post("/cover/report/sync", document{"srv_name": name, "addresses": []string{"http://10.0.0.1:80"}}), 400, "10.0.0.1")
	h.push(1)
	a := h.sync("/cover/report/sync", document{"srv_name": name, "addresses": []string{address}})
	wants("sync", a, 200, `{"cover_total":"66.67","message":"ok"}`)
	wants("list", h.call("GET", "/cover/list", nil), 200,
		fmt.Sprintf(`{"code":0,"count":1,"data":[{"srv_name":%q,"addresses":[%q],"cover_total":"66.67"}]}`, name, address))
	wants("total", post("/cover/latest/total", document{"srv_name": name}), 200, `"cover_total":"66.67"`)
	wants("whole commit", post("/cover/latest/total", document{"srv_name": shopName + c.commit}), 200, `"cover_total":"66.67"`)
	wants("one row has none before it", post("/cover/history/report", document{"srv_name": name, "rpt_type": "func"}), 400, `{"error":"`)

	raw := post("/cover/raw", document{"srv_addr": address})
	if raw.status != 200 || raw.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(raw.body, "mode: atomic\n") {
		t.Errorf("raw: got %d, %s and %s, want a profile", raw.status, raw.header, raw.body)
	}
	wants("raw of an address that nobody registered", post("/cover/raw", document{"srv_addr": "http://169.254.169.254/"}), 400, `{"error":"`)

	// The second instance ran less; with it the total is still that of both.
	h.count(2, c, c.counters[1], document{"address": "http://127.0.0.1:51008"})
	report := post("/cover/latest/report", document{"srv_name": name, "rpt_type": "func"})
	wants("cached", post("/cover/report/sync", document{"srv_name": name}), 200, `"cover_total":"66.67"`)
	if report.status != 200 || report.header.Get("Content-Type") != "application/octet-stream" || report.body != c.funcs {
		t.Errorf("func report: got %d and %s\n(-go tool cover +got):\n%s", report.status, report.header, cmp.Diff(c.funcs, report.body))
	}
	wants("html", post("/cover/latest/report", document{"srv_name": name, "rpt_type": "html"}), 200, "Refund")
	wants("diff", post("/cover/latest/report", document{"srv_name": name, "rpt_type": "diff"}), 200, "changed lines")
	wants("no such type", post("/cover/latest/report", document{"srv_name": name, "rpt_type": "pdf"}), 400, `pdf`)
	wants("no JSON", h.call("POST", "/cover/latest/report", "{"), 400, `{"error":"`)
	wants("history", post("/cover/history/total", document{"srv_name": name}), 200, `"count":1`)
	wants("too many rows", post("/cover/history/total", document{"srv_name": name, "limit": 5000}), 400, "limit")
}

// push has an instance say something without points.
func (h *hub) push(n int) {
	h.t.Helper()
	var got told
	h.post("/api/v1/instances/"+key(n)+"/points", document{"from": 0}, &got)
}

// sync calls something that waits for the instances' next words, which come.
func (h *hub) sync(path string, body any, instances ...int) answer {
	h.t.Helper()
	if len(instances) == 0 {
		instances = []int{1}
	}
	done := make(chan answer)
	go func() { done <- h.call("POST", path, body) }()
	for {
		select {
		case a := <-done:
			return a
		default:
			for _, n := range instances {
				h.push(n)
			}
		}
	}
}

// A measurement is a row of the history and three files of the module; the next
// one is the next number. The files are what the tools say.
func TestLayout(t *testing.T) {
	c := shopCovered(t)
	root := t.TempDir()
	h := startHub(t, withSource(c), func(config *Config) { config.Root = root })
	h.count(1, c, c.counters[1])
	release := "/api/v1/releases/" + h.release().ID
	refresh := func() (r struct {
		State  string
		Latest struct {
			ID    int64
			Total float64
			File  string
		}
	}) {
		t.Helper()
		h.decode(h.sync(release+"/refresh?force=true", nil), &r)
		return r
	}
	first := refresh()
	h.count(1, c, c.counters[0])
	second := refresh()
	if first.Latest.File != "shop/cov_data/shop_1.cov" || second.Latest.File != "shop/cov_data/shop_2.cov" || second.Latest.Total < 66.6 || second.Latest.Total > 66.7 {
		t.Errorf("got %+v and %+v, want shop_1.cov and shop_2.cov with 66.7 percent", first, second)
	}
	files := listFiles(t, root, "shop/cov_data")
	want := []string{"shop_1.cov", "shop_1_report.html", "shop_1_report.txt", "shop_2.cov", "shop_2_report.html", "shop_2_report.txt"}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	out, err := exec.Command("git", "-C", root+"/shop/repo", "rev-parse", "--is-bare-repository").Output()
	if err != nil || strings.TrimSpace(string(out)) != "true" {
		t.Errorf("got %s and %v, want a bare mirror in shop/repo", out, err)
	}
	cmd := exec.Command("go", "tool", "cover", "-func="+root+"/shop/cov_data/shop_2.cov")
	cmd.Dir = c.dir
	funcs, err := cmd.Output()
	if text := readFile(t, root+"/shop/cov_data/shop_2_report.txt"); err != nil || string(funcs) != text {
		t.Errorf("%v (-go tool cover +report):\n%s", err, cmp.Diff(string(funcs), text))
	}
	// Counts alone are no news.
	h.count(1, c, c.counters[0])
	if third := refresh(); third.Latest.ID != second.Latest.ID {
		t.Errorf("got row %d, want still %d", third.Latest.ID, second.Latest.ID)
	}
	var list struct {
		History []struct {
			ID     int64
			Total  float64
			Latest bool
		}
	}
	h.get(release+"/history", &list)
	if len(list.History) != 2 || !list.History[0].Latest || list.History[1].Latest {
		t.Errorf("got %+v, want two rows, the newest latest", list.History)
	}
	old := h.call("GET", fmt.Sprint(release, "/reports/functions?format=text&row=", first.Latest.ID), nil)
	if text := readFile(t, root+"/shop/cov_data/shop_1_report.txt"); old.body != text {
		t.Errorf("the older report (-file +got):\n%s", cmp.Diff(text, old.body))
	}
}

// A backup has the histories, and a restored hub shows them.
func TestBackupOfHistories(t *testing.T) {
	c := shopCovered(t)
	root, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.tar.gz")
	h := startHub(t, withSource(c), func(config *Config) { config.Root = root })
	h.count(1, c, c.counters[1])
	release := "/api/v1/releases/" + h.release().ID
	h.sync(release+"/refresh?force=true", nil)
	h.count(1, c, c.counters[0])
	h.sync(release+"/refresh?force=true", nil)
	goatHub(t, "backup", "--root", root, file)
	restored := filepath.Join(t.TempDir(), "restored")
	goatHub(t, "restore", "--root", restored, file)
	r := startHub(t, withSource(c), func(config *Config) { config.Root = restored })
	var list struct{ History []struct{ ID int64 } }
	r.get(release+"/history", &list)
	if len(list.History) != 2 {
		t.Fatalf("got %+v, want two rows", list.History)
	}
	for _, row := range list.History {
		path := fmt.Sprint(release, "/reports/functions?format=text&row=", row.ID)
		if got, want := r.call("GET", path, nil), h.call("GET", path, nil); got.status != 200 || got.body != want.body {
			t.Errorf("row %d: (-before +restored):\n%s", row.ID, cmp.Diff(want.body, got.body))
		}
	}
	if files := listFiles(t, restored, "shop/cov_data"); len(files) != 6 {
		t.Errorf("got %v, want the files of two measurements", files)
	}
}

// A release is measured without anybody asking.
func TestMeasuredByItself(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c), func(config *Config) { config.Measure = 1 })
	h.count(1, c, c.counters[0])
	until(t, "measured", func() bool {
		a := h.call("POST", "/cover/latest/total", document{"srv_name": shopName + c.commit[:10]})
		return a.status == 200 && strings.Contains(a.body, "66.67")
	})
}

// Clearing writes no row: it sets a baseline, which can be undone.
func TestClear(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.count(1, c, c.counters[0])
	id := h.release().ID
	release := "/api/v1/releases/" + id
	h.sync(release+"/refresh?force=true", nil)
	total := func() string {
		t.Helper()
		var r struct{ Total struct{ Percent float64 } }
		h.get(release+"/reports/functions", &r)
		return fmt.Sprint(r.Total.Percent)
	}
	rows := func() string {
		t.Helper()
		var list struct{ History []struct{ Total float64 } }
		h.get(release+"/history", &list)
		return fmt.Sprint(list.History)
	}
	if total() != "66.66666666666667" || rows() != "[{66.66666666666667}]" {
		t.Errorf("got %s and %s, want 66.7 percent and one row", total(), rows())
	}
	var base struct {
		ID int64
		By string
	}
	h.post(release+"/baseline", nil, &base)
	if base.ID == 0 || base.By != "anybody" {
		t.Errorf("got %+v, want a baseline by anybody", base)
	}
	h.sync(release+"/refresh?force=true", nil)
	if total() != "0" || rows() != "[{66.66666666666667}]" {
		t.Errorf("cleared: got %s and %s, want nothing since, and the row as it was", total(), rows())
	}
	if page := h.page("/releases/" + id); !strings.Contains(page, "66.6 %") {
		t.Errorf("the page does not show what was measured last:\n%s", page)
	}
	h.count(2, c, c.counters[0]) // another process runs the same
	h.sync(release+"/refresh?force=true", nil, 1, 2)
	if total() != "66.66666666666667" {
		t.Errorf("after another process: got %s, want 66.7 percent", total())
	}
	if a := h.call("DELETE", release+"/baseline", nil); a.status != http.StatusOK {
		t.Errorf("undo: got %d and %s", a.status, a.body)
	}
	if a := h.call("DELETE", release+"/baseline", nil); a.status != http.StatusConflict {
		t.Errorf("undo twice: got %d and %s, want 409", a.status, a.body)
	}
	if got := h.call("GET", release+"/profile", nil).body; !strings.Contains(got, " 4\n") {
		t.Errorf("undone: got\n%s\nwant the counts of both processes", got)
	}
	var list struct {
		Baselines []struct{ Undone *string }
	}
	h.get(release+"/baselines", &list)
	if len(list.Baselines) != 1 || list.Baselines[0].Undone == nil {
		t.Errorf("got %+v, want one that was undone", list.Baselines)
	}
}

// A report that was made a moment ago is shown while newer counts come, with a
// word about it; force makes it anew, and so does a baseline.
func TestReportsAreKept(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.count(1, c, c.counters[1])
	release := "/api/v1/releases/" + h.release().ID
	type report struct {
		Made  string
		Stale bool
		Total struct{ Percent float64 }
	}
	get := func(query string) (r report) {
		t.Helper()
		h.get(release+"/reports/functions"+query, &r)
		return r
	}
	first := get("")
	if again := get(""); again != first {
		t.Errorf("got %+v, want %+v: nothing has changed", again, first)
	}
	h.count(1, c, c.counters[0])
	if kept := get(""); kept.Made != first.Made || !kept.Stale || kept.Total != first.Total {
		t.Errorf("got %+v, want %+v and stale", kept, first)
	}
	forced := get("?force=true")
	if forced.Stale || forced.Total.Percent < 66 {
		t.Errorf("got %+v, want 66.7 percent, forced", forced)
	}
	if kept := get(""); kept != forced {
		t.Errorf("got %+v, want %+v", kept, forced)
	}
	var base any
	h.post(release+"/baseline", nil, &base)
	if cleared := get(""); cleared.Total.Percent != 0 {
		t.Errorf("got %+v, want nothing since the baseline", cleared)
	}
}

// A refresh waits for the instances of its release, not for those of another one
// that may have ended without a word.
func TestRefreshOfRelease(t *testing.T) {
	c := shopCovered(t)
	h := startHub(t, withSource(c))
	h.run(9, document{"commit": c.base}, []string{"a"}, 1) // silent from now on
	h.count(1, c, c.counters[0], document{"main": "example.com/shop/cmd/shop"})
	path := "/api/v1/releases/" + releaseOfCommit(h, c.commit) + "/refresh?force=true&wait=30s"
	begin := time.Now()
	a := h.sync(path, nil)
	got := decoded[struct {
		State          string
		Asked, Waiting int
	}](t, a)
	if got.State != "done" || got.Asked != 1 || time.Since(begin) > 25*time.Second {
		t.Errorf("got %s after %v, want the one instance asked, and done", a.body, time.Since(begin))
	}
}

// decoded is an answer's JSON.
func decoded[T any](t *testing.T, a answer) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("decoding %s: %v", a.body, err)
	}
	return v
}
