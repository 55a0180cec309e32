package diffsrc

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"sync"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
)

// Comparisons are what was found in pairs of files, by their content. Reading
// and comparing the changed files is most of what Compute does, and few of them
// change from one build to the next. So a build keeps its comparisons for the
// next one. The line sets do not depend on them.
//
// Methods may be called concurrently.
type Comparisons struct {
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
	c := &Comparisons{known: make(map[pairID][]byte), used: make(map[pairID][]byte)}
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
func (c *Comparisons) recall(id pairID) *compare.File {
	if c == nil {
		return nil
	}
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
func (c *Comparisons) keep(id pairID, f *compare.File) {
	if c == nil {
		return
	}
	data := f.Encode()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used[id] = data
}

// pairID identifies the pair by git's hashes of both states, and git's hunks.
func (f *changedFile) pairID() pairID {
	h := sha256.New()
	h.Write([]byte(f.oldOID + "\x00" + f.newOID + "\x00"))
	for _, k := range f.hunks {
		for _, n := range []int{k.Old, k.OldEnd, k.New, k.NewEnd} {
			h.Write(binary.AppendUvarint(nil, uint64(n)))
		}
	}
	return pairID(h.Sum(nil)[:len(pairID{})])
}
