package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
)

func schedule(t *testing.T, s Store, kind, name string, after time.Duration) {
	t.Helper()
	if err := s.Schedule(t.Context(), kind, name, "payload of "+name, after); err != nil {
		t.Fatal(err)
	}
}

// claim claims a job, which must exist.
func claim(t *testing.T, s Store, kind string) *jobs.Job {
	t.Helper()
	j := must(s.Claim(t.Context(), []string{"other", kind}, lease))(t)
	if j == nil {
		t.Fatalf("no job of kind %s is due", kind)
	}
	return j
}

func finish(t *testing.T, s Store, j *jobs.Job, effect func(fleet.Tx) error) {
	t.Helper()
	if err := s.Finish(t.Context(), j, jobs.Outcome{Effect: effect}); err != nil {
		t.Fatal(err)
	}
}

func noJob(t *testing.T, s Store, kind, why string) {
	t.Helper()
	if j := must(s.Claim(t.Context(), []string{kind}, lease))(t); j != nil {
		t.Errorf("got job %+v, want none: %s", j, why)
	}
}

func testJobOnce(t *testing.T, open func(*testing.T) Store) {
	s, other := open(t), open(t)
	schedule(t, s, "pull", "b", 0)
	schedule(t, s, "pull", "b", 0)
	schedule(t, s, "pull", "later", time.Hour)
	noJob(t, s, "push", "none is of this kind")
	j := claim(t, s, "pull")
	if j.Kind != "pull" || j.Key != "b" || j.Payload != "payload of b" || j.Attempt != 1 {
		t.Errorf("got %+v, want the first attempt of b", j)
	}
	noJob(t, other, "pull", "it is claimed")
	if err := s.Fail(t.Context(), j, "out of luck", 0); err != nil {
		t.Fatal(err)
	}
	j = claim(t, other, "pull")
	if j.Attempt != 2 {
		t.Errorf("got attempt %d, want 2", j.Attempt)
	}
	finish(t, other, j, nil)
	noJob(t, s, "pull", "it is done")
	schedule(t, s, "pull", "later", 0) // it becomes due earlier
	if j := claim(t, s, "pull"); j.Key != "later" {
		t.Errorf("got %+v, want later", j)
	}
}

func testJobAskedWhileItRuns(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	schedule(t, s, "pull", "a", 0)
	j := claim(t, s, "pull")
	schedule(t, s, "pull", "a", 0)
	noJob(t, s, "pull", "it runs")
	finish(t, s, j, nil)
	j = claim(t, s, "pull")
	if err := s.Finish(t.Context(), j, jobs.Outcome{Again: time.Hour}); err != nil {
		t.Fatal(err)
	}
	noJob(t, s, "pull", "it runs again in an hour")
}

func testJobLost(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	schedule(t, s, "pull", "a", 0)
	const short = 50 * time.Millisecond
	first := must(s.Claim(t.Context(), []string{"pull"}, short))(t)
	if err := s.Extend(t.Context(), first, short); err != nil {
		t.Errorf("extending: %v", err)
	}
	time.Sleep(2 * short)
	second := claim(t, s, "pull")
	if second.Fence <= first.Fence {
		t.Errorf("got fence %d after %d, want a higher one", second.Fence, first.Fence)
	}
	lost := func(when string) {
		t.Helper()
		wrote := fmt.Errorf("the effect was written")
		if err := s.Finish(t.Context(), first, jobs.Outcome{Effect: func(fleet.Tx) error { return wrote }}); !errors.Is(err, jobs.ErrLost) {
			t.Errorf("finishing %s: got %v, want ErrLost", when, err)
		}
		if err := s.Extend(t.Context(), first, lease); !errors.Is(err, jobs.ErrLost) {
			t.Errorf("extending %s: got %v, want ErrLost", when, err)
		}
	}
	lost("after it was taken")
	finish(t, s, second, nil)
	lost("after it was done")
	time.Sleep(5 * time.Millisecond)
	schedule(t, s, "pull", "a", 0)
	third := claim(t, s, "pull")
	lost("after it was asked for anew")
	finish(t, s, third, nil)
}

// A failing effect keeps the job and writes nothing.
func testJobEffect(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	release := enrolment(1).Release.ID
	schedule(t, s, "report", "a", 0)
	j := claim(t, s, "report")
	cover := fleet.Cover{Release: release, Total: 50}
	err := s.Finish(t.Context(), j, jobs.Outcome{Effect: func(tx fleet.Tx) error {
		return errors.Join(tx.AddCover(cover), errors.New("disk on fire"))
	}})
	if err == nil || errors.Is(err, jobs.ErrLost) {
		t.Errorf("got %v, want the effect's error", err)
	}
	err = s.Finish(t.Context(), j, jobs.Outcome{Effect: func(tx fleet.Tx) error {
		return errors.Join(tx.AddCover(cover), tx.AddCover(fleet.Cover{Release: "none"}))
	}})
	if err == nil || errors.Is(err, jobs.ErrLost) {
		t.Errorf("got %v, want the effect's error", err)
	}
	if rows := must(s.Covers(t.Context(), release, 0, 10))(t); len(rows) != 0 {
		t.Errorf("got %+v, want no rows of failed effects", rows)
	}
	finish(t, s, j, func(tx fleet.Tx) error { return tx.AddCover(cover) })
	if rows := must(s.Covers(t.Context(), release, 0, 10))(t); len(rows) != 1 {
		t.Errorf("got %d rows, want 1", len(rows))
	}
	noJob(t, s, "report", "it is done")
}

// Of many runners, some lose their claims. Each effect is written once.
func testJobsOfManyRunners(t *testing.T, open func(*testing.T) Store) {
	stores := []Store{open(t), open(t), open(t)}
	register(t, stores[0], 1)
	release := enrolment(1).Release.ID
	const n = 100
	for i := range n {
		schedule(t, stores[0], "report", fmt.Sprint(i), 0)
	}
	const short = 30 * time.Millisecond
	var runners sync.WaitGroup
	for r, s := range stores {
		runners.Go(func() {
			for held := 0; ; {
				j, err := s.Claim(t.Context(), []string{"report"}, short)
				if err != nil {
					t.Error(err)
					return
				}
				if j == nil {
					if written(t, s, release) == n {
						return
					}
					time.Sleep(time.Millisecond)
					continue
				}
				if held++; r > 0 && held%10 == 0 {
					time.Sleep(2 * short) // it is held up and loses the job
				}
				err = s.Finish(t.Context(), j, jobs.Outcome{Effect: func(tx fleet.Tx) error {
					return tx.AddCover(fleet.Cover{Release: release, Addresses: j.Key})
				}})
				if err != nil && !errors.Is(err, jobs.ErrLost) {
					t.Error(err)
				}
			}
		})
	}
	runners.Wait()
	seen := map[string]int{}
	for _, row := range must(stores[0].Covers(t.Context(), release, 0, 2*n))(t) {
		seen[row.Addresses]++
	}
	for i := range n {
		if got := seen[fmt.Sprint(i)]; got != 1 {
			t.Errorf("job %d: got %d effects, want 1", i, got)
		}
	}
}

// written returns the number of effects.
func written(t *testing.T, s Store, release string) int {
	rows, err := s.Covers(t.Context(), release, 0, 1000)
	if err != nil {
		t.Error(err)
	}
	return len(rows)
}

// What was missed while nobody looked is spread; what is due just now, and what is to
// come, stay where they are.
func testJobsSpread(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	const missed = 50
	for n := range missed {
		if err := s.Schedule(t.Context(), "pull", fmt.Sprint("missed", n), "", -time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for key, after := range map[string]time.Duration{"now": -time.Second, "later": time.Hour} {
		if err := s.Schedule(t.Context(), "pull", key, "", after); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Schedule(t.Context(), "other", "missed", "", -time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.Spread(t.Context(), "pull", time.Minute, time.Hour); err != nil {
		t.Fatal(err)
	}
	due := map[string]bool{}
	for {
		j, err := s.Claim(t.Context(), []string{"pull", "other"}, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if j == nil {
			break
		}
		due[j.Kind+" "+j.Key] = true
	}
	if !due["pull now"] || !due["other missed"] || due["pull later"] || len(due) > 2+missed/5 {
		t.Errorf("got %v due, want what is due now, the other kind's, and few of what was missed", due)
	}
}
