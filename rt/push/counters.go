package push

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"github.com/goat-trace/goat/rt/warning"
)

// CoverageRuntime is Go's own coverage runtime, package runtime/coverage.
type CoverageRuntime struct {
	WriteMeta, WriteCounters func(io.Writer) error
	ClearCounters            func() error
}

// goat-exec sets Coverage before the runtime starts, in programs that are built
// with -cover. This package does not import the coverage runtime, because then
// other programs would have it, too.
var Coverage CoverageRuntime

// counters are Go's counters as the hub knows them.
type counters struct {
	meta string // the digest of the meta-data
	sent [sha256.Size]byte
	at   time.Time // of the last look
}

// newCounters returns nil if the program has no counters, or if they cannot be read
// while it runs.
func newCounters() (*counters, error) {
	if Coverage.WriteMeta == nil {
		return nil, nil
	}
	if err := Coverage.WriteCounters(io.Discard); err != nil {
		return nil, warning.Error{Err: err, Next: "build with -cover -covermode=atomic to have Go's coverage at the hub too"}
	}
	hash := sha256.New()
	if err := Coverage.WriteMeta(hash); err != nil {
		return nil, warning.Error{Err: err, Next: "look at how the program was built: its coverage has no meta-data"}
	}
	return &counters{meta: hex.EncodeToString(hash.Sum(nil))}, nil
}

// read returns the counters, compressed, and the digest of what they are.
func (c *counters) read() (packed []byte, sum [sha256.Size]byte, err error) {
	c.at = time.Now()
	hash := sha256.New()
	var content bytes.Buffer
	z, err := gzip.NewWriterLevel(&content, gzip.BestSpeed)
	if err != nil {
		return nil, sum, err
	}
	if err := Coverage.WriteCounters(io.MultiWriter(hash, z)); err != nil {
		return nil, sum, err
	}
	err = z.Close()
	hash.Sum(sum[:0])
	return content.Bytes(), sum, err
}
