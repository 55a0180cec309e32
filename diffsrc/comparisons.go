package diffsrc

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// Comparisons are what was found in pairs of files, by their content, and what git
// said of whole trees. Reading and comparing the changed files is most of what
// Compute does, and few of them change from one build to the next. So a build
// keeps its comparisons for the next one. The line sets do not depend on them.
//
// Methods may be called concurrently.
type Comparisons struct {
	git   string // which git is asked
	mu    sync.Mutex
	known map[pairID][]byte
	used  map[pairID][]byte
}

// pairID is a digest of what Compare decides by.
type pairID [16]byte

// maxComparisons bounds what is kept, in bytes. With more, the first build after
// a large change would write more than it saves.
const maxComparisons = 32 << 20

// ReadComparisons returns the comparisons that Bytes returned; without data there
// are none. The caller makes sure that the data is of this very goat.
func ReadComparisons(data []byte) *Comparisons {
	c := &Comparisons{git: git.Identity(), known: make(map[pairID][]byte), used: make(map[pairID][]byte)}
	for len(data) > len(pairID{}) {
		id := pairID(data)
		data = data[len(id):]
		size, n := binary.Uvarint(data)
		if n <= 0 || size > uint64(len(data)-n) {
			break
		}
		c.known[id] = data[n:][:size]
		data = data[n:][size:]
	}
	return c
}

// Bytes returns the comparisons that have been asked for since ReadComparisons.
// news says whether they differ from what ReadComparisons was given. There are no
// bytes if they would be too many.
func (c *Comparisons) Bytes() (data []byte, news bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	news = len(c.used) != len(c.known)
	for _, id := range slices.SortedFunc(maps.Keys(c.used), func(a, b pairID) int { return slices.Compare(a[:], b[:]) }) {
		if _, ok := c.known[id]; !ok {
			news = true
		}
		found := c.used[id]
		data = append(binary.AppendUvarint(append(data, id[:]...), uint64(len(found))), found...)
		if len(data) > maxComparisons {
			return nil, false
		}
	}
	return data, news
}

// recall returns what was found in a pair, or nil.
func (c *Comparisons) recall(pair *changedFile) *compare.File {
	if c == nil {
		return nil
	}
	id := c.pairID(pair)
	c.mu.Lock()
	defer c.mu.Unlock()
	data, ok := c.known[id]
	if !ok {
		return nil
	}
	f, err := compare.Decode(data)
	if err != nil {
		delete(c.known, id)
		return nil
	}
	c.used[id] = data
	return f
}

// keep keeps what was found in a pair.
func (c *Comparisons) keep(pair *changedFile) {
	if c == nil {
		return
	}
	id, data := c.pairID(pair), pair.change.Encode()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used[id] = data
}

// pairID identifies the pair by git's hashes of both states. The hunks between
// them follow from these and from git itself.
func (c *Comparisons) pairID(f *changedFile) pairID {
	return idOf("pair", c.git, f.oldOID, f.newOID)
}

func idOf(parts ...string) pairID {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return pairID(sum[:len(pairID{})])
}

// knownTrees is what git said of two trees, apart from the files that both have.
type knownTrees struct {
	Tree    string            // git's hash of the old one
	Renamed map[string]string // new path to old path
}

// treesID identifies the old files, those that only one side has, and what git is
// asked about them. If git has nothing to pair, it does not matter which they are.
func (c *comparison) treesID(s *sides) pairID {
	if c.Comparisons == nil {
		return pairID{}
	}
	st := s.status()
	parts := []string{"trees", c.Comparisons.git, strconv.FormatBool(c.Precision < 3)}
	for _, f := range s.old {
		parts = append(parts, f.Path, f.OID)
		if f.OID == "" {
			parts = append(parts, s.repository.BlobName(f.Content))
		}
	}
	if c.Precision == 3 || len(st.gone) == 0 || len(st.come) == 0 {
		return idOf(append(parts, "nothing to pair")...)
	}
	for _, files := range []map[string]*changedFile{st.gone, st.come} {
		parts = append(parts, strconv.Itoa(len(files)))
		for _, path := range slices.Sorted(maps.Keys(files)) {
			parts = append(parts, path, files[path].newOID)
		}
	}
	return idOf(parts...)
}

func (c *Comparisons) recallTrees(id pairID) (knownTrees, bool) {
	var k knownTrees
	if c == nil {
		return k, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	data, ok := c.known[id]
	if !ok || json.Unmarshal(data, &k) != nil || k.Tree == "" {
		return k, false
	}
	c.used[id] = data
	return k, true
}

// keepTrees keeps what git said of whole trees, if it is what their hashes say.
func (c *Comparisons) keepTrees(id pairID, s *sides, oldTree string, changed []*changedFile) {
	if c == nil {
		return
	}
	k := knownTrees{Tree: oldTree, Renamed: make(map[string]string)}
	for _, f := range changed {
		if f.renamed() {
			k.Renamed[f.path] = f.oldPath
		}
	}
	same := func(a, b *changedFile) bool {
		return a.path == b.path && a.oldPath == b.oldPath && a.oldOID == b.oldOID && a.newOID == b.newOID
	}
	data, err := json.Marshal(k)
	if err != nil || !slices.EqualFunc(changed, s.renamed(k.Renamed), same) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used[id] = data
}
