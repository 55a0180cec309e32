package push

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/instance"
)

// leave writes the spool of a process that has ended.
func leave(t *testing.T, dir string, n int, written time.Time, hits int) (key string) {
	t.Helper()
	key = fmt.Sprintf("%032x", n)
	document := `{"format":1,"packages":[]}`
	digest := strings.Repeat("ab", 32)
	ids, ages := []int{}, []int{}
	for i := range hits {
		ids, ages = append(ids, i+1), append(ages, 1000*i)
	}
	registration, _ := json.Marshal(map[string]any{"key": key, "labels": map[string]string{"app": `a "b"`}, "manifest": digest, "age_ms": 5000, "short": true})
	points, _ := json.Marshal(map[string]any{"from": 0, "ids": ids, "age_ms": ages, "end": true, "written": written.UTC().Format(time.RFC3339Nano)})
	for name, text := range map[string]string{
		instance.ManifestFile(digest): document, instance.RegistrationFile(key): string(registration), instance.PointsFile(key): string(points),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return key
}

// What ended processes have left in GOAT_DIR is handed in once, with its age, and
// the files stay. Files that cannot be read do not prevent that.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	names := func() string {
		entries, _ := os.ReadDir(dir)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return strings.Join(names, " ")
	}
	run := func(test func(p *pusher, h *fakeHub)) {
		inBubble(t, 1, map[string]string{"GOAT_DIR": dir}, func(t *testing.T, p *pusher, h *fakeHub, _ points) {
			test(p, h)
		})
	}
	var key string
	run(func(p *pusher, h *fakeHub) {
		key = leave(t, dir, 1, time.Now().Add(-time.Hour), 3)
		leave(t, dir, 2, time.Now(), 0)
		for name, text := range map[string]string{
			instance.RegistrationFile(fmt.Sprintf("%032x", 3)): "{", instance.RegistrationFile(fmt.Sprintf("%032x", 4)): `{"key":"x"}`,
			instance.PointsFile(fmt.Sprintf("%032x", 4)): `{"written":"yesterday"}`, "goat-shop-1-2.json": "{}", "goat-instance-short.json": "",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		before := names()
		h.setAway(true)
		time.Sleep(time.Hour)
		h.setAway(false)
		time.Sleep(5 * time.Minute)
		got := h.instances[key]
		if got == nil || !slices.Equal(got.ids, []int{1, 2, 3}) || !got.ended {
			t.Fatalf("got %+v, want the three hits of a process that has ended", got)
		}
		if age := time.Duration(got.ages[2]) * time.Millisecond; age < 2*time.Hour || age > 2*time.Hour+5*time.Minute {
			t.Errorf("got the third hit %v old, want two hours", age)
		}
		if age, _ := got.registration["age_ms"].(float64); age < 2*3600*1000 {
			t.Errorf("got an age of %v ms, want two hours", age)
		}
		if len(h.manifests) != 2 || got.registration["labels"].(map[string]any)["app"] != `a "b"` {
			t.Errorf("got %d manifests, %v, want that of the process, and what it said", len(h.manifests), got.registration)
		}
		for _, name := range strings.Fields(before) {
			if !strings.Contains(names(), name) {
				t.Errorf("%s has been removed", name)
			}
		}
	})
	run(func(p *pusher, h *fakeHub) {
		time.Sleep(5 * time.Minute)
		if h.instances[key] != nil {
			t.Error("it is handed in once more")
		}
	})
	run(func(p *pusher, h *fakeHub) {
		leave(t, dir, 1, time.Now(), 4) // it had not ended, and has run on
		time.Sleep(5 * time.Minute)
		if h.instances[key] == nil || len(h.instances[key].ids) != 4 {
			t.Error("what has run since is not handed in")
		}
	})
}

// What this process has pushed is noted, so that no other process hands it in.
func TestAckedIsNoted(t *testing.T) {
	dir := t.TempDir()
	inBubble(t, 5, map[string]string{"GOAT_DIR": dir}, func(t *testing.T, p *pusher, h *fakeHub, own points) {
		own.hit(0, 5)
		time.Sleep(time.Minute)
		text, err := os.ReadFile(filepath.Join(dir, instance.AckedFile(p.self.Key(p.manifest.Generation))))
		ids, _ := h.all()
		if want := fmt.Sprintln(len(ids)); err != nil || string(text) != want {
			t.Errorf("got %q, %v, want %q", text, err, want)
		}
	})
}
