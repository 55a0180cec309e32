package push

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/instance"
)

// leftovers are the files that other processes have left in GOAT_DIR, because they
// ended while the hub was away, or could not push. The first process that comes
// hands in each of them, once; a file in the same directory notes how many hits the
// hub has. Nothing is removed.
type leftovers struct {
	*connection
	dir    string
	keys   []string // keys that are still to be looked at
	listed bool
}

// mostLeftovers is how many leftovers a process hands in, and mostFile the size of
// the largest file that it reads, in bytes.
const (
	mostLeftovers = 10_000
	mostFile      = 64 << 20
)

// handIn hands in the next leftover; more is false if there is none.
func (l *leftovers) handIn(own string) (more bool, p *problem) {
	if l.dir == "" {
		return false, nil
	}
	if !l.listed {
		l.listed = true
		l.keys = listSpool(l.dir, own)
	}
	for len(l.keys) > 0 {
		key := l.keys[0]
		run, ok := l.read(key)
		if ok {
			p = l.hand(run)
		}
		if p != nil && (p.kind == away || p.kind == denied || p.kind == tooNew) {
			return true, p // it will be tried again
		}
		l.keys = l.keys[1:]
		if ok && p == nil {
			noteAcked(l.dir, key, len(run.hits.IDs))
		}
		if ok {
			return len(l.keys) > 0, p
		}
	}
	return false, nil
}

// listSpool lists the keys of the processes in a directory, without this one.
func listSpool(dir, own string) (keys []string) {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	for err == nil && len(keys) < mostLeftovers {
		var names []string
		names, err = d.Readdirnames(256)
		for _, name := range names {
			if key, ok := instance.KeyOf(name); ok && key != own {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// noteAcked notes how many hits of a process the hub has. If that fails, the next
// process hands them in again, which changes nothing.
func noteAcked(dir, key string, hits int) {
	name := filepath.Join(dir, instance.AckedFile(key))
	temp := filepath.Join(dir, "."+instance.AckedFile(key)+"-"+strconv.Itoa(os.Getpid())+".tmp")
	if os.WriteFile(temp, []byte(strconv.Itoa(hits)+"\n"), 0o644) == nil && os.Rename(temp, name) == nil {
		return
	}
	_ = os.Remove(temp)
}

// run is what a process has left.
type run struct {
	registration []byte
	hits         rt.Hits // from 0 on, with ages as they are now
	end          bool
	digest       string // of the manifest
}

// read reads what a process has left. ok is false if there is nothing, if the hub
// already has all of it, or if it cannot be read.
func (l *leftovers) read(key string) (r run, ok bool) {
	registration, err := readSmall(filepath.Join(l.dir, instance.RegistrationFile(key)))
	if err != nil {
		return r, false
	}
	push, err := readSmall(filepath.Join(l.dir, instance.PointsFile(key)))
	if err != nil {
		return r, false
	}
	about, ok1 := members(registration)
	said, ok2 := members(push)
	written, ok3 := unquote(said["written"])
	at, err := time.Parse(time.RFC3339Nano, written)
	if !ok1 || !ok2 || !ok3 || err != nil {
		return r, false
	}
	since := max(0, time.Since(at)) // a file from the future counts as written now
	ids, ages := []int64(nil), []int64(nil)
	if said["ids"] != nil { // otherwise nothing has run
		ids, ok1 = integers(said["ids"])
		ages, ok2 = integers(said["age_ms"])
	}
	if !ok1 || !ok2 || len(ages) != len(ids) || l.acked(key) >= len(ids) {
		return r, false
	}
	for i, age := range ages {
		r.hits.IDs = append(r.hits.IDs, int(ids[i]))
		r.hits.Ages = append(r.hits.Ages, time.Duration(age)*time.Millisecond+since)
	}
	r.end = string(said["end"]) == "true"
	r.digest, _ = unquote(about["manifest"])
	r.registration = withAge(about, since)
	return r, true
}

// acked is how many hits of a process the hub has; -1 if nobody has noted it.
func (l *leftovers) acked(key string) int {
	text, err := readSmall(filepath.Join(l.dir, instance.AckedFile(key)))
	if err != nil {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return -1
	}
	return n
}

// withAge returns a registration whose age counts from now.
func withAge(about map[string][]byte, since time.Duration) []byte {
	age, _ := integers(slices.Concat([]byte("["), about["age_ms"], []byte("]")))
	if len(age) == 1 {
		about["age_ms"] = strconv.AppendInt(nil, age[0]+since.Milliseconds(), 10)
	}
	b := []byte{'{'}
	for name, value := range about {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(rt.AppendCanonicalString(b, name), ':'), value...)
	}
	return append(b, '}')
}

func readSmall(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostFile {
		return nil, os.ErrInvalid
	}
	return os.ReadFile(name)
}

// hand sends a run to the hub.
func (l *leftovers) hand(r run) *problem {
	t, p := l.enrol(r.registration, time.Time{})
	if p != nil {
		return p
	}
	if slices.Contains(t.wants, "manifest") && len(r.digest) == 64 {
		document, err := readSmall(filepath.Join(l.dir, instance.ManifestFile(r.digest)))
		if err == nil {
			document, err = packed(func(w io.Writer) error { _, err := w.Write(document); return err })
		}
		if err != nil {
			return &problem{kind: wrong, text: "reading a manifest: " + err.Error()}
		}
		_, p := l.ask(call{
			method: "PUT", path: "/api/v1/manifests/" + r.digest, header: "Content-Encoding: gzip\r\n",
			contentType: "application/json", body: document, deadline: time.Now().Add(supplyTime),
		})
		if p != nil {
			return p
		}
	}
	for from := 0; ; {
		to := min(from+mostIDs, len(r.hits.IDs))
		part := rt.Hits{From: from, IDs: r.hits.IDs[from:to], Ages: r.hits.Ages[from:to]}
		last := to == len(r.hits.IDs)
		_, p := l.tell(t.id, instance.AppendPush(nil, part, instance.Push{End: r.end && last}), time.Time{})
		if p != nil || last {
			return p
		}
		from = to
	}
}
