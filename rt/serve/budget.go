package serve

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// budget limits the CPU time that answers cost, on average: what is used comes
// back at the rate of a part of a core. A page that has begun is finished, and
// what it used too much is waited for afterwards.
//
// Scrapes have half of it for themselves: whoever asks for /track again and
// again, or only for what is not there, does not keep Prometheus from its
// page. What they use counts against the whole all the same.
type budget struct {
	now func() time.Time

	mu      sync.Mutex
	all     account
	scrapes account
}

// account is what is left to use; it is never more than most.
type account struct {
	left, most time.Duration
	cores      float64
	at         time.Time
}

const (
	// perConnection and perRequest are what net/http and the kernel use for one.
	perConnection = 100 * time.Microsecond
	perRequest    = 70 * time.Microsecond
	// perMegabyte is what the kernel uses to send so much.
	perMegabyte = 500 * time.Microsecond
	// saved is the time for which what is not used adds up, to be used at once.
	saved = 10 * time.Second
	// longestStretch is what a stretch of work counts at most: it is shorter by far,
	// and when it took longer the system ran something else meanwhile.
	longestStretch = 500 * time.Microsecond
)

func newBudget(cores float64) *budget {
	b := &budget{now: time.Now}
	full := func(cores float64) account {
		most := time.Duration(float64(saved) * cores)
		return account{left: most, most: most, cores: cores, at: b.now()}
	}
	b.all, b.scrapes = full(cores), full(cores/2)
	return b
}

func (a *account) refill(now time.Time) {
	a.left = min(a.most, a.left+time.Duration(float64(now.Sub(a.at))*a.cores))
	a.at = now
}

// wait is how long it takes until there is something left.
func (a *account) wait() time.Duration {
	return max(0, time.Duration(float64(-a.left)/a.cores))
}

// wait returns 0 where there is something left to use, or how long it takes
// until there is.
func (b *budget) wait(scrape bool) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.all.refill(now)
	b.scrapes.refill(now)
	if scrape {
		return min(b.all.wait(), b.scrapes.wait())
	}
	return b.all.wait()
}

func (b *budget) use(d time.Duration, scrape bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all.left -= d
	if scrape {
		b.scrapes.left -= d
	}
}

// slowDown is called before each new connection. While too much has been used
// there are as many a second as take half of the budget.
func (b *budget) slowDown() {
	if b.wait(false) > 0 {
		time.Sleep(time.Duration(2 * float64(perConnection) / b.all.cores))
	}
}

// work is the CPU time of one answer, measured as the time that its goroutine
// runs: not while it waits for the client or lets others run.
type work struct {
	ctx    context.Context
	budget *budget
	scrape bool
	since  time.Time // zero while halted
	used   time.Duration
	owed   time.Duration // how long it is to pause
}

func (w *work) run() { w.since = w.budget.now() }

// halt returns how long the work has run since run.
func (w *work) halt() (d time.Duration) {
	if !w.since.IsZero() {
		d = min(longestStretch, w.budget.now().Sub(w.since))
		w.budget.use(d+d/4, w.scrape) // a quarter more is the garbage collector's
		w.used += d
		w.since = time.Time{}
	}
	return d
}

const (
	// freely is how long one answer works without pauses.
	freely = 5 * time.Millisecond
	// share is the part of a core that it takes after that, or GOAT_CPU where that
	// is more.
	share = 0.2
	// shortestPause is what Go's timers make of a shorter one in an idle program.
	shortestPause = time.Millisecond
)

// pace lets the application's goroutines run between two stretches of work, see
// rt.Report.Paced. Its error is that the client has gone.
//
// In a large page runtime.Gosched would not do: the scheduler looks for what
// has arrived from the network when nothing else is there to be run, and a
// goroutine that only yields always is. It would have a core for itself until
// the page is ready.
func (w *work) pace() error {
	d := w.halt()
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.used > freely {
		w.owed += time.Duration(float64(d) * (1/max(share, w.budget.all.cores) - 1))
	}
	if w.owed >= shortestPause {
		begin := time.Now()
		time.Sleep(w.owed)
		w.owed = max(-10*shortestPause, w.owed-time.Since(begin))
	} else {
		runtime.Gosched()
	}
	w.run()
	return nil
}

// slots limits how many pages are rendered at once. The last one is kept for
// /metrics.
type slots struct {
	all    chan struct{}
	others chan struct{} // what is not /metrics
}

const mostRendered = 4

func newSlots() slots {
	return slots{all: make(chan struct{}, mostRendered), others: make(chan struct{}, mostRendered-1)}
}

// take waits for a slot, a second at most. It returns what gives it back, or
// nil.
func (s slots) take(ctx context.Context, scrape bool) (release func()) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if !scrape {
		select {
		case s.others <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
	}
	release = func() {
		if !scrape {
			<-s.others
		}
	}
	select {
	case s.all <- struct{}{}:
		others := release
		return func() { <-s.all; others() }
	case <-ctx.Done():
		release()
		return nil
	}
}
