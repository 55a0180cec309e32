package fleet

import (
	"container/list"
	"sync"
)

// manifestCache keeps the most recently used manifests, up to a total number of
// points (of about 200 bytes each).
type manifestCache struct {
	mu     sync.Mutex
	order  *list.List // of *cachedManifest, the most recently used first
	byName map[string]*list.Element
	points int
}

type cachedManifest struct {
	digest   string
	manifest *Manifest
}

const maxCachedPoints = 300_000

func newManifestCache() *manifestCache {
	return &manifestCache{order: list.New(), byName: map[string]*list.Element{}}
}

func (c *manifestCache) get(digest string) *Manifest {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byName[digest]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cachedManifest).manifest
}

func (c *manifestCache) add(digest string, m *Manifest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byName[digest] != nil {
		return
	}
	c.byName[digest] = c.order.PushFront(&cachedManifest{digest, m})
	c.points += m.Len()
	for c.points > maxCachedPoints && c.order.Len() > 1 {
		last := c.order.Remove(c.order.Back()).(*cachedManifest)
		delete(c.byName, last.digest)
		c.points -= last.manifest.Len()
	}
}
