package diffsrc

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// blameCache keeps what git blame found, by everything that blame reads. It
// is a convenience: what cannot be read or written is found anew.
type blameCache struct {
	dir string // "" keeps nothing
}

// blameCacheVersion changes with the meaning of an entry.
const blameCacheVersion = "goat blame 1"

func (b blameCache) path(j *blameJob) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", blameCacheVersion, j.file.oldOID, j.file.newOID)
	for _, src := range j.sources {
		fmt.Fprintf(h, "%s\n", src.oid)
	}
	fmt.Fprintf(h, "%v", j.ranges)
	sum := hex.EncodeToString(h.Sum(nil))
	return filepath.Join(b.dir, sum[:2], sum[2:]+".json")
}

// get fills in a job's result; false if it is not there or of no use.
func (b blameCache) get(j *blameJob) bool {
	if b.dir == "" {
		return false
	}
	data, err := os.ReadFile(b.path(j))
	if err != nil {
		return false
	}
	var found []origin
	if err := json.Unmarshal(data, &found); err != nil || !valid(found, j) {
		return false
	}
	markUsed(b.path(j))
	j.found = found
	return true
}

func valid(found []origin, j *blameJob) bool {
	for _, o := range found {
		if o.Line < 1 || o.SourceLine < 1 || o.Count < 1 || o.Count > 1<<30 || o.Source < -1 || o.Source >= len(j.sources) {
			return false
		}
	}
	return true
}

// put stores a job's result.
func (b blameCache) put(j *blameJob) {
	if b.dir == "" {
		return
	}
	found := j.found
	if found == nil {
		found = []origin{}
	}
	data, err := json.Marshal(found)
	if err != nil {
		return
	}
	keepFile(b.path(j), data)
}

// markUsed gives a file that is kept the present time, for whoever removes old
// ones.
func markUsed(name string) {
	now := time.Now()
	os.Chtimes(name, now, now)
}

// keepFile writes a file, and the directory for it, so that a reader sees all
// of it or nothing. What cannot be kept is found again.
func keepFile(name string, data []byte) {
	if os.MkdirAll(filepath.Dir(name), 0o777) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-")
	if err != nil {
		return
	}
	_, err = tmp.Write(data)
	if closing := tmp.Close(); err != nil || closing != nil || os.Rename(tmp.Name(), name) != nil {
		os.Remove(tmp.Name())
	}
}
