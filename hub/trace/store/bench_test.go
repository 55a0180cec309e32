package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// durable are the engines with settings that wait for the disk at each commit, as
// people run them.
var durable = map[string]func(t testing.TB) string{
	"SQLite": engines["SQLite"],
	"PostgreSQL": func(t testing.TB) string {
		return dbtest.StartPostgres(t, "-c", "fsync=on", "-c", "full_page_writes=on").Database(t)
	},
	"MariaDB": func(t testing.TB) string {
		return dbtest.StartMariaDB(t, "--innodb-flush-log-at-trx-commit=1").Database(t)
	},
}

// megabyte returns a segment of about a megabyte of events, as a recorder's full
// cache gives it. Its values differ.
func (r *recording) megabyte(trace, number, first uint64) (segment []byte, steps uint64) {
	h := r.head(trace, number, first)
	b := wire.AppendEvent(nil, wire.EventOpen, 0, 0)
	seed := number
	for len(b) < 1<<20-100 {
		seed = seed*6364136223846793005 + 1442695040888963407
		b = wire.AppendEvent(b, wire.EventEnter, 0)
		b = wire.AppendInt(wire.AppendEvent(b, wire.EventValue, 0), int64(seed>>44))
		b = wire.AppendStep(b, 0)
		b = wire.AppendString(wire.AppendEvent(b, wire.EventValue, 1), fmt.Sprint("order ", seed>>48), 128)
		b = wire.AppendStep(b, 1)
		b = append(b, wire.EventTrue-byte(seed>>63^1)+1)
		b = wire.AppendStep(b, 2)
		b = append(b, wire.EventReturn)
		b = wire.AppendInt(wire.AppendEvent(b, wire.EventResult, 0), int64(seed>>50))
		b = append(b, wire.EventLeave)
		h.Steps += 3
	}
	return wire.AppendSegment(nil, h, b), h.Steps
}

// BenchmarkIntake takes in segments of a megabyte: checked, packed, committed and
// synced. Four recorders send at once.
func BenchmarkIntake(b *testing.B) {
	for engine, url := range durable {
		b.Run(engine, func(b *testing.B) {
			k, r := keep(b, url(b)), newRecording(b, 1)
			run := k.announce(r)
			const senders = 4
			var segments [][]byte
			var steps uint64
			for i := range b.N {
				s, n := r.megabyte(uint64(i%senders+1), uint64(i/senders+1), 1)
				segments = append(segments, s)
				steps += n
			}
			b.ResetTimer()
			var all sync.WaitGroup
			for w := range senders {
				all.Go(func() {
					for i := w; i < len(segments); i += senders {
						k.add(run, uint64(w+1), uint64(i/senders+1), segments[i])
					}
				})
			}
			all.Wait()
			b.StopTimer()
			kept := k.find(r.id)
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
			b.ReportMetric(float64(kept.Raw)/float64(steps), "raw-B/step")
			b.ReportMetric(float64(kept.Packed)/float64(steps), "stored-B/step")
		})
	}
}

// BenchmarkRows writes a run of a hundred thousand steps as rows.
func BenchmarkRows(b *testing.B) {
	for engine, url := range durable {
		b.Run(engine, func(b *testing.B) {
			k, r := keep(b, url(b)), newRecording(b, 1)
			run := k.announce(r)
			s, steps := r.megabyte(1, 1, 1)
			k.add(run, 1, 1, s)
			run = k.find(r.id)
			b.ResetTimer()
			for range b.N {
				if _, err := k.KeepRows(b.Context(), run, 1<<40); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(steps)*float64(b.N)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

// BenchmarkIndex computes the index entries of a run of ten million steps, and then
// reads them, as who opens the run does.
func BenchmarkIndex(b *testing.B) {
	k, r := keep(b, engines["SQLite"](b)), newRecording(b, 1)
	run := k.announce(r)
	var steps uint64
	for n := uint64(1); steps < 10_000_000; n++ {
		s, more := r.megabyte(1, n, steps+1)
		k.add(run, 1, n, s)
		steps += more
	}
	b.Run("Compute", func(b *testing.B) {
		for range b.N {
			b.ResetTimer()
			if err := k.IndexNews(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
	})
	b.Run("Open", func(b *testing.B) {
		for range b.N {
			entries, err := k.Index(b.Context(), r.id, 1, 0)
			if err != nil || len(entries) == 0 {
				b.Fatal(err)
			}
			if _, err := k.Tables(b.Context(), r.id); err != nil {
				b.Fatal(err)
			}
		}
	})
}
