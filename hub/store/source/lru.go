package source

import (
	"container/list"
	"time"
)

// lru keeps the most recently used entries. It is not safe for concurrent use.
type lru[K comparable, V any] struct {
	most    int
	order   *list.List // of entries, the most recently used first
	entries map[K]*list.Element
}

type lruEntry[K comparable, V any] struct {
	key   K
	value V
	until time.Time // zero means for ever
}

func newLRU[K comparable, V any](most int) *lru[K, V] {
	return &lru[K, V]{most: most, order: list.New(), entries: make(map[K]*list.Element)}
}

func (l *lru[K, V]) get(key K) (value V, ok bool) {
	e, ok := l.entries[key]
	if !ok {
		return value, false
	}
	entry := e.Value.(*lruEntry[K, V])
	if !entry.until.IsZero() && time.Now().After(entry.until) {
		l.drop(key)
		return value, false
	}
	l.order.MoveToFront(e)
	return entry.value, true
}

func (l *lru[K, V]) put(key K, value V, until time.Time) {
	l.drop(key)
	l.entries[key] = l.order.PushFront(&lruEntry[K, V]{key, value, until})
	if l.order.Len() > l.most {
		l.drop(l.order.Back().Value.(*lruEntry[K, V]).key)
	}
}

func (l *lru[K, V]) drop(key K) {
	if e, ok := l.entries[key]; ok {
		l.order.Remove(e)
		delete(l.entries, key)
	}
}
