package serve

import (
	"context"
	"strconv"
	"testing"
	"time"
)

func TestOpenFiles(t *testing.T) {
	for text, want := range map[string]int{
		"Limit  Soft Limit  Hard Limit  Units\nMax open files            256                  4096                 files     \nMax x 1 2": 256,
		"Limit\nMax open files            unlimited            unlimited            files":                                                256,
		"":                      256,
		"Limit\nMax open fi":    256,
		"Limit\nMax open files": 256,
	} {
		if got := openFiles(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

// TestBudgetOverTime has two kinds of clients use everything they can get.
func TestBudgetOverTime(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBudget(0.1)
	b.now = func() time.Time { return now }
	b.all.at, b.scrapes.at = now, now
	ask := func(scrape bool, cost time.Duration) time.Duration {
		if b.wait(scrape) > 0 {
			return 0
		}
		b.use(cost, scrape)
		return cost
	}
	var pages, scrapes time.Duration
	for range 1000 { // 100 s, which is 10 s of budget and 1 s that was saved
		pages += ask(false, 50*time.Millisecond)
		scrapes += ask(true, 3*time.Millisecond) // 0.03 cores, which is within half of the budget
		now = now.Add(100 * time.Millisecond)
	}
	if scrapes != 3*time.Second {
		t.Errorf("got %v for scrapes, want all of 3 s whatever pages cost", scrapes)
	}
	if all := pages + scrapes; all < 10*time.Second || all > 11500*time.Millisecond {
		t.Errorf("got %v in 100 s, want a tenth and what was saved", all)
	}
	if wait := b.wait(false); wait > time.Second {
		t.Errorf("got a wait of %v, want one that ends", wait)
	}
	now = now.Add(time.Hour)
	pages = 0
	for range 1000 {
		pages += ask(false, 10*time.Millisecond)
	}
	if pages > time.Second+10*time.Millisecond {
		t.Errorf("got %v at once after an hour, want what ten seconds save", pages)
	}
}

// TestKeptPagesAreBounded stores more than fits into memory while some pages
// are still being sent.
func TestKeptPagesAreBounded(t *testing.T) {
	var k keptPages
	k.find("state", "")
	text := make([]byte, 5<<20)
	var sending []*keptPage
	kept := 0
	for i := range 40 {
		p := k.newPage()
		if p.write(text) {
			k.add("state", strconv.Itoa(i), p)
			kept++
		}
		if i%2 == 0 {
			sending = append(sending, p)
		} else {
			p.release()
		}
		if k.bytes > mostKept {
			t.Fatalf("got %d bytes kept, want at most %d", k.bytes, mostKept)
		}
	}
	if kept < 6 || kept == 40 {
		t.Errorf("got %d pages kept, want some, and not all while they are being sent", kept)
	}
	for _, p := range sending {
		p.release()
	}
	if p := k.find("other state", "39"); p != nil {
		t.Error("got a page of what the program was before")
	}
	if used := k.bytes - len(k.free)*keptPiece; used != 0 || len(k.pages) != 0 {
		t.Errorf("got %d bytes used by %d pages after a change, want none", used, len(k.pages))
	}
	p := k.newPage()
	p.write(text)
	k.add("other state", "a", p)
	p.release()
	p.asked = time.Now().Add(-keptFor)
	k.forget()
	if k.bytes != 0 {
		t.Errorf("got %d bytes of a page that nobody asks for any more", k.bytes)
	}
}

// TestSlots has readers of /track take all slots that they can; /metrics still
// gets one.
func TestSlots(t *testing.T) {
	s := newSlots()
	for range mostRendered - 1 {
		if s.take(context.Background(), false) == nil {
			t.Fatal("got no slot")
		}
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if s.take(gone, false) != nil {
		t.Error("got a slot for /track, want the last one kept")
	}
	release := s.take(context.Background(), true)
	if release == nil {
		t.Fatal("got no slot for /metrics")
	}
	if s.take(gone, true) != nil {
		t.Error("got a fifth slot")
	}
	release()
	if s.take(context.Background(), true) == nil {
		t.Error("got no slot that was given back")
	}
}
