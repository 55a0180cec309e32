package serve

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// budget limits the CPU time of answers on average: it is refilled at the rate
// of a part of a core. A page that has begun is finished; if it used too much,
// later requests wait.
//
// Half of the budget is reserved for scrapes, so that clients that request
// /track or missing pages without pause do not keep Prometheus from its page.
// What scrapes use counts against the whole budget too.
type budget struct {
	now func() time.Time

	mu      sync.Mutex
	all     account
	scrapes account
}

// account is the CPU time that is left, which never exceeds most.
type account struct {
	left, most time.Duration
	cores      float64
	at         time.Time
}

const (
	// perConnection and perRequest are estimates of what net/http and the
	// kernel use.
	perConnection = 100 * time.Microsecond
	perRequest    = 70 * time.Microsecond
	// perMegabyte is an estimate of what the kernel uses to send a megabyte.
	perMegabyte = 500 * time.Microsecond
	// saved is how long unused time adds up.
	saved = 10 * time.Second
	// longestStretch is the most that a stretch of work counts. Stretches are
	// far shorter; if one took longer, the system ran something else meanwhile.
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

// wait returns the time until something is left.
func (a *account) wait() time.Duration {
	return max(0, time.Duration(float64(-a.left)/a.cores))
}

// wait returns 0 if something is left, otherwise the time until something is.
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

// slowDown is called before each new connection. While the budget is overdrawn,
// it only allows as many per second as cost half of the budget.
func (b *budget) slowDown() {
	if b.wait(false) > 0 {
		time.Sleep(time.Duration(2 * float64(perConnection) / b.all.cores))
	}
}

// work measures the CPU time of one answer as the time that its goroutine runs,
// without the time that it waits for the client or lets others run.
type work struct {
	ctx    context.Context
	budget *budget
	scrape bool
	since  time.Time // zero while halted
	used   time.Duration
	owed   time.Duration // how long it has to pause
}

func (w *work) run() { w.since = w.budget.now() }

// halt stops the measurement and returns how long the work ran since run.
func (w *work) halt() (d time.Duration) {
	if !w.since.IsZero() {
		d = min(longestStretch, w.budget.now().Sub(w.since))
		w.budget.use(d+d/4, w.scrape) // a quarter is added for the garbage collector
		w.used += d
		w.since = time.Time{}
	}
	return d
}

const (
	// freely is how long an answer may work without pauses.
	freely = 5 * time.Millisecond
	// share is the part of a core that it may use after that, or GOAT_CPU if
	// that is more.
	share = 0.2
	// shortestPause is the shortest pause that Go's timers make in an idle
	// program.
	shortestPause = time.Millisecond
)

// pace lets the application's goroutines run between two stretches of work, see
// rt.Report.Paced. It returns an error if the client is gone.
//
// For a large page, runtime.Gosched is not enough: the scheduler only checks
// for network input when it has nothing else to run, and a goroutine that only
// yields can always run. It would keep a core busy until the page is done.
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

// slots limits how many pages are rendered at once. The last slot is reserved
// for /metrics.
type slots struct {
	all    chan struct{}
	others chan struct{} // slots for everything except /metrics
}

const mostRendered = 4

func newSlots() slots {
	return slots{all: make(chan struct{}, mostRendered), others: make(chan struct{}, mostRendered-1)}
}

// take waits for a slot, at most for a second. It returns a function that
// releases the slot, or nil.
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
