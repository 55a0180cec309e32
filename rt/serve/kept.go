package serve

import (
	"sync"
	"time"
)

const (
	// mostKept is the memory for rendered pages, including those that are being
	// sent.
	mostKept = 32 << 20
	// keptFor is how long a page is stored after the last request for it.
	keptFor = 30 * time.Second
	// keptPiece is the size of a page's pieces. A page grows by pieces, so it
	// need not be copied.
	keptPiece = 64 << 10
)

// keptPages stores pages as they were sent, to send them again while nothing
// has changed. All of them show the same state of the program.
type keptPages struct {
	mu    sync.Mutex
	state string               // digest of the report that they were made from
	pages map[string]*keptPage // by asked.key
	bytes int                  // of all pieces: stored, in an answer, or free
	free  [][]byte             // unused pieces, which save work for the garbage collector
	sweep *time.Timer
}

// keptPage is immutable once it is in keptPages.
type keptPage struct {
	owner  *keptPages
	pieces [][]byte
	size   int
	users  int // answers that send it, plus the owner; guarded by owner.mu
	asked  time.Time
}

// find returns a page of this state of the program, or nil. The caller must
// call release.
func (k *keptPages) find(state, key string) *keptPage {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state != state {
		k.drop(func(*keptPage) bool { return true })
		k.state = state
		return nil
	}
	p := k.pages[key]
	if p != nil {
		p.users++
		p.asked = time.Now()
	}
	return p
}

// drop releases pages; k.mu must be held.
func (k *keptPages) drop(which func(*keptPage) bool) {
	for key, p := range k.pages {
		if which(p) {
			delete(k.pages, key)
			p.releaseLocked()
		}
	}
}

// add stores a complete page.
func (k *keptPages) add(state, key string, p *keptPage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state != state || k.pages[key] != nil {
		return // the program has changed, or another answer was faster
	}
	if k.pages == nil {
		k.pages = map[string]*keptPage{}
	}
	p.users++
	p.asked = time.Now()
	k.pages[key] = p
	k.sweepLater()
}

// sweepLater schedules a call of forget; k.mu must be held.
func (k *keptPages) sweepLater() {
	if k.sweep == nil {
		k.sweep = time.AfterFunc(keptFor, k.forget)
	}
}

// forget drops pages that were not requested lately.
func (k *keptPages) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop(func(p *keptPage) bool { return time.Since(p.asked) >= keptFor })
	k.bytes -= len(k.free) * keptPiece
	k.free = nil
	if len(k.pages) == 0 {
		k.sweep = nil
		return
	}
	k.sweep.Reset(keptFor / 2)
}

// newPage returns an empty page. The caller must call release.
func (k *keptPages) newPage() *keptPage { return &keptPage{owner: k, users: 1} }

// piece returns memory for one more piece, or nil. It drops older pages to make
// room, but not those that are being sent.
func (k *keptPages) piece() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.free) == 0 && k.bytes+keptPiece > mostKept {
		k.drop(func(*keptPage) bool { return true })
	}
	if last := len(k.free) - 1; last >= 0 {
		p := k.free[last]
		k.free = k.free[:last]
		return p[:0]
	}
	if k.bytes+keptPiece > mostKept {
		return nil
	}
	k.bytes += keptPiece
	return make([]byte, 0, keptPiece)
}

// write appends text to the page. ok is false if there is no memory for it.
func (p *keptPage) write(text []byte) (ok bool) {
	for len(text) > 0 {
		last := len(p.pieces) - 1
		if last < 0 || len(p.pieces[last]) == keptPiece {
			piece := p.owner.piece()
			if piece == nil {
				return false
			}
			p.pieces = append(p.pieces, piece)
			last++
		}
		n := min(len(text), keptPiece-len(p.pieces[last]))
		p.pieces[last] = append(p.pieces[last], text[:n]...)
		p.size += n
		text = text[n:]
	}
	return true
}

func (p *keptPage) release() {
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	p.releaseLocked()
}

func (p *keptPage) releaseLocked() {
	if p.users--; p.users == 0 {
		p.owner.free = append(p.owner.free, p.pieces...)
		p.pieces = nil
		p.owner.sweepLater()
	}
}
