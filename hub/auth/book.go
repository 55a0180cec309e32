package auth

import (
	"slices"
	"sync"
	"time"
)

// Refused is a registration that was not admitted: who would not be told, since a
// refusal ends the program that registers. It was answered as if it had been, and
// nothing else follows from it.
type Refused struct {
	Agent   string    `json:"agent"`
	Name    string    `json:"name"`
	Address string    `json:"address"`
	Peer    string    `json:"peer"`
	Why     string    `json:"why"`
	Times   int       `json:"times"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
}

// Book has the registrations that this process has not admitted, the last thousand.
// All methods may be called at once.
type Book struct {
	mu   sync.Mutex
	list []Refused
}

// Bounds of a book.
const (
	mostRefused    = 1000
	longestRefused = 300 // bytes of each of its texts
)

// Note adds a registration; one that is there is counted.
func (b *Book) Note(r Refused) {
	for _, text := range []*string{&r.Agent, &r.Name, &r.Address, &r.Peer, &r.Why} {
		*text = (*text)[:min(len(*text), longestRefused)]
	}
	now := time.Now().UTC()
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.list, func(o Refused) bool {
		return o.Agent == r.Agent && o.Name == r.Name && o.Address == r.Address && o.Peer == r.Peer && o.Why == r.Why
	})
	r.First, r.Times = now, 0
	if i >= 0 {
		r = b.list[i]
		b.list = slices.Delete(b.list, i, i+1)
	} else if len(b.list) >= mostRefused {
		b.list = slices.Delete(b.list, 0, 1)
	}
	r.Times++
	r.Last = now
	b.list = append(b.list, r)
}

// List returns what is there, the last one first.
func (b *Book) List() []Refused {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := append([]Refused{}, b.list...)
	slices.Reverse(list)
	return list
}
