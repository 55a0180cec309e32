package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestScrape lets a real Prometheus server scrape a real binary and asks it
// what it has seen.
func TestScrape(t *testing.T) {
	app := start(t, buildApp(t))
	prometheus := startPrometheus(t, app)
	for _, q := range []struct{ query, want string }{
		{`up{job="app"}`, "1"},
		{`goat_points{component="example.com/app"}`, "7"},
		{`goat_points_covered{component="example.com/app"}`, "6"},
		{`round(700 * goat_coverage_ratio{component="example.com/app"})`, "600"},
		{`goat_points_covered{component="a \"part\""}`, "4"},
		{`goat_build_info{app="the \"app\" \\ of\nmany",base="v1",granularity="patch"}`, "1"},
		{`max(goat_point_hits_total)`, "7"},
		{`count(goat_point_covered{component="example.com/app"} == 0)`, "1"},
		{`goat_points - goat_points_covered`, "1"},
	} {
		var got string
		eventually(t, fmt.Sprintf("%s has a value, want %s", q.query, q.want), func() bool {
			var ok bool
			got, ok = ask(t, prometheus, q.query)
			return ok && got == q.want
		})
	}
}

// startPrometheus runs a server that scrapes the address each second.
func startPrometheus(t *testing.T, target string) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: app\n    static_configs:\n      - targets: [%q]\n", target)
	if err := os.WriteFile(config, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	c := exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatalf("starting prometheus: %v; run ./install.sh", err)
	}
	t.Cleanup(func() {
		c.Process.Signal(os.Interrupt)
		c.Wait()
		if t.Failed() {
			t.Logf("prometheus printed\n%s", out.String())
		}
	})
	eventually(t, "prometheus is ready", func() bool {
		resp, err := http.Get("http://" + address + "/-/ready")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return address
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ask returns the first value of an instant query.
func ask(t *testing.T, address, query string) (string, bool) {
	t.Helper()
	page, _ := get(t, "http://"+address+"/api/v1/query?query="+url.QueryEscape(query), http.Header{})
	var answer struct {
		Data struct {
			Result []struct {
				Value [2]any
			}
		}
	}
	if err := json.Unmarshal(page, &answer); err != nil {
		t.Fatalf("reading the answer to %s: %v\n%s", query, err, page)
	}
	if len(answer.Data.Result) == 0 {
		return "", false
	}
	value, ok := answer.Data.Result[0].Value[1].(string)
	return value, ok
}
