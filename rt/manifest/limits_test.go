package manifest_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/goat-trace/goat/rt/manifest"
)

// headers returns n consecutive envelopes that each claim size bytes, with the
// magic, version and kind of a real one and a wrong checksum.
func headers(n, size int) []byte {
	head := manifest.AppendPackage(nil, named("a"))[:18]
	binary.LittleEndian.PutUint32(head[10:], uint32(size))
	return bytes.Repeat(head, n)
}

// repeated reads one block of bytes again and again, as a large file that takes
// no memory.
type repeated struct {
	block []byte
	left  int
	at    int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.left)], r.block[r.at:])
	r.at = (r.at + n) % len(r.block)
	r.left -= n
	return n, nil
}

// bounded scans r. The test fails if that takes more memory than limit, or
// computes checksums over much more than the input, which would take minutes.
func bounded(t *testing.T, r io.Reader, limit uint64) error {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, _, err := manifest.Scan(r)
	runtime.ReadMemStats(&after)
	if got := after.Sys - before.Sys; got > limit && after.Sys > before.Sys {
		t.Errorf("got %d MB more of memory, want %d at most", got>>20, limit>>20)
	}
	return err
}

// TestScanCraftedHeaders has envelopes that overlap, so that each byte belongs
// to many of them.
func TestScanCraftedHeaders(t *testing.T) {
	for _, size := range []int{0, 1 << 10, 8 << 20, 1 << 31} {
		err := bounded(t, &repeated{block: headers(50_000, size), left: 10 << 20}, 700<<20)
		if !errors.Is(err, manifest.ErrDamaged) {
			t.Errorf("size %d: got %v, want an error of ErrDamaged", size, err)
		}
	}
}

// TestScanCraftedPoints has points of three bytes each, more than a package or
// a program may have.
func TestScanCraftedPoints(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	var p manifest.Package
	for range 1<<20 + 1 {
		p.Points = append(p.Points, manifest.Point{Kind: "stmt", Lines: [][2]int{{0, 0}}})
	}
	one := manifest.AppendPackage(nil, p)
	p.Points = p.Points[:3<<17]
	var many []byte
	for i := range 3 {
		p.Path = string(rune('a' + i))
		many = manifest.AppendPackage(many, p)
	}
	p.Points = nil
	for name, data := range map[string][]byte{"in one package": one, "in many": many} {
		if err := bounded(t, bytes.NewReader(data), 1<<30); !errors.Is(err, manifest.ErrDamaged) {
			t.Errorf("%s: got %v, want an error of ErrDamaged", name, err)
		}
	}
}
