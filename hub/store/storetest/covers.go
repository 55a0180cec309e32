package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/goat-trace/goat/hub/fleet"
)

// Sixteen writers on two replicas: at any time exactly one row is the latest.
func testOneLatestCover(t *testing.T, open func(*testing.T) Store) {
	stores := []Store{open(t), open(t)}
	register(t, stores[0], 1)
	release := enrolment(1).Release.ID
	const writers, each = 16, 16
	done := make(chan struct{})
	var writing, reading sync.WaitGroup
	reading.Go(func() {
		for {
			checkOneLatest(t, stores[1], release)
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for n := range writers {
		writing.Go(func() {
			for i := range each {
				c := fleet.Cover{Release: release, Addresses: fmt.Sprint("http://pod-", n), Total: float64(i)}
				if err := stores[n%2].AddCover(t.Context(), c); err != nil {
					t.Errorf("writer %d: %v", n, err)
				}
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	if rows := checkOneLatest(t, stores[0], release); len(rows) != writers*each || !rows[0].Latest {
		t.Errorf("got %d rows, the newest latest: %v; want %d, true", len(rows), rows[0].Latest, writers*each)
	}
}

func checkOneLatest(t *testing.T, s Store, release string) []fleet.CoverRow {
	rows, err := s.Covers(t.Context(), release, 0, 1000)
	if err != nil {
		t.Error(err)
		return nil
	}
	latest := 0
	for _, row := range rows {
		if row.Latest {
			latest++
		}
	}
	if latest != 1 && len(rows) > 0 {
		t.Errorf("got %d latest rows of %d, want 1", latest, len(rows))
	}
	return rows
}

func testCovers(t *testing.T, open func(*testing.T) Store) {
	s := open(t)
	register(t, s, 1)
	release := enrolment(1).Release.ID
	for i := range 5 {
		if err := s.AddCover(t.Context(), fleet.Cover{Release: release, Addresses: "http://a,http://b", File: "f", Total: 10 * float64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	newest := must(s.Covers(t.Context(), release, 0, 2))(t)
	if len(newest) != 2 || newest[0].Total != 40 || newest[1].Total != 30 || newest[0].Addresses != "http://a,http://b" {
		t.Fatalf("got %+v, want the rows of 40 and 30 percent", newest)
	}
	before := must(s.Covers(t.Context(), release, newest[1].ID, 10))(t)
	if len(before) != 3 || before[0].Total != 20 || before[0].Latest {
		t.Errorf("got %+v, want the three rows before", before)
	}
	if err := s.AddCover(t.Context(), fleet.Cover{Release: "none"}); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
}

// Each generation of an instance's blocks follows the stored one, whoever
// writes it, and blocks outlive the instance.
func testBlocks(t *testing.T, open func(*testing.T) Store) {
	stores := []Store{open(t), open(t)}
	register(t, stores[0], 1, 2)
	release := enrolment(1).Release.ID
	if _, err := stores[0].BlocksOf(t.Context(), key(1)); !errors.Is(err, fleet.NotFound) {
		t.Errorf("got %v, want NotFound", err)
	}
	if err := stores[0].SetBlocks(t.Context(), fleet.BlocksRow{Instance: key(3), Generation: 1}); !errors.Is(err, fleet.UnknownInstance) {
		t.Errorf("got %v, want UnknownInstance", err)
	}
	for generation := int64(1); generation <= 3; generation++ {
		var writing sync.WaitGroup
		var mu sync.Mutex
		written := 0
		for n := range 8 {
			writing.Go(func() {
				err := stores[n%2].SetBlocks(t.Context(), fleet.BlocksRow{Instance: key(1), Generation: generation, Digest: fmt.Sprint(n), Size: 5})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					written++
				} else if !errors.Is(err, fleet.Conflict) {
					t.Error(err)
				}
			})
		}
		writing.Wait()
		if written != 1 {
			t.Errorf("generation %d was written %d times, want once", generation, written)
		}
	}
	if err := stores[0].SetBlocks(t.Context(), fleet.BlocksRow{Instance: key(2), Generation: 2}); !errors.Is(err, fleet.Conflict) {
		t.Errorf("a second generation without a first: got %v, want Conflict", err)
	}
	rows := must(stores[1].Blocks(t.Context(), release))(t)
	if len(rows) != 1 || rows[0].Instance != key(1) || rows[0].Release != release || rows[0].Generation != 3 || rows[0].Size != 5 || rows[0].At.IsZero() {
		t.Errorf("got %+v, want the third generation of instance 1", rows)
	}
}
