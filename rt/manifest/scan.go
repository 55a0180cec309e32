package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Scan finds the blobs in a program's bytes, each once, and returns packages
// and mains sorted by import path. It needs neither symbols nor an object file
// format. It reads the program once and holds no more of it than the largest
// blob and a buffer. Time and memory are limited for any input by the constants
// below; a program that exceeds them counts as damaged.
//
// If there is an error, Scan also returns what it found. An error that wraps
// ErrDamaged or a *VersionError says that at least one blob could not be
// decoded; other errors come from r.
func Scan(r io.Reader) ([]Package, []Main, error) {
	f := finder{seen: map[string]bool{}}
	readErr := f.read(r)
	slices.SortFunc(f.packages, func(a, b Package) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(f.mains, func(a, b Main) int { return strings.Compare(a.Package, b.Package) })
	return f.packages, f.mains, errors.Join(readErr, f.damage)
}

const (
	scanChunk = 1 << 20
	// maxBlob limits what a hostile length can make Scan hold.
	maxBlob = 64 << 20
	// maxPoints limits the points of a program, because three bytes of a blob
	// become many times as many in memory.
	maxPoints = 1 << 20
	// maxHeld limits the total size of a program's blobs.
	maxHeld = 512 << 20
	// maxWaste limits how many bytes are checksummed in vain: hostile headers
	// may overlap anywhere.
	maxWaste = 256 << 20
)

type finder struct {
	packages []Package
	mains    []Main
	seen     map[string]bool // blobs by their bytes
	damage   error           // the first error
	points   int
	held     int // total size of blobs
	wasted   int // total size of blobs with a wrong checksum
}

// exhausted reports whether a limit was reached.
func (f *finder) exhausted() bool {
	return f.points > maxPoints || f.held > maxHeld || f.wasted > maxWaste
}

// read moves a window over r. All blobs that start before the window were
// handled.
func (f *finder) read(r io.Reader) error {
	window := make([]byte, 0, 2*scanChunk)
	for {
		window = slices.Grow(window, scanChunk)
		n, err := io.ReadFull(r, window[len(window):len(window)+scanChunk])
		window = window[:len(window)+n]
		last := err != nil
		if used := f.consume(window, last); used > 0 {
			window = window[:copy(window, window[used:])]
		}
		switch {
		case f.exhausted():
			f.damaged(fmt.Errorf("%w: it holds more than a program can", ErrDamaged))
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("scanning for goat's manifest: %w", err)
		}
	}
}

// consume handles the blobs in window and returns how many bytes are done. A
// blob that reaches beyond the window has to wait for more bytes, unless this
// is the last window.
func (f *finder) consume(window []byte, last bool) int {
	m := magic()
	at := 0
	for !f.exhausted() {
		i := bytes.Index(window[at:], m[:])
		if i < 0 {
			return max(at, len(window)-(magicLen-1))
		}
		at += i
		size, whole := blobSize(window[at:])
		switch {
		case whole:
			at += f.add(string(window[at : at+size]))
		case last || size > maxBlob:
			f.damaged(fmt.Errorf("%w: a blob of %d bytes ends early", ErrDamaged, size))
			at += magicLen
		default:
			return at
		}
	}
	return len(window)
}

// blobSize returns the size of the blob at the start of b (at most maxBlob+1),
// and whether it is complete. If it is not a blob of this version, the header
// is enough to tell.
func blobSize(b []byte) (size int, whole bool) {
	if len(b) < headerLen {
		return headerLen, false
	}
	h := parseHeader(string(b[:headerLen]))
	if h.version != Version || h.kind != kindPackage && h.kind != kindMain {
		return headerLen, true
	}
	size = headerLen + min(h.size, maxBlob+1-headerLen)
	return size, size <= min(len(b), maxBlob)
}

// add decodes one blob and returns how many bytes are done: all, or only the
// magic if it is not a blob.
func (f *finder) add(blob string) int {
	if f.seen[blob] {
		return len(blob)
	}
	var err error
	switch parseHeader(blob).kind {
	case kindMain:
		var m Main
		if m, err = DecodeMain(blob); err == nil {
			f.mains = append(f.mains, m)
		}
	default:
		var p Package
		if p, err = DecodePackage(blob); err == nil {
			f.packages = append(f.packages, p)
			f.points += len(p.Points)
		}
	}
	if err != nil {
		f.damaged(err)
		f.wasted += len(blob)
		return magicLen
	}
	f.seen[blob] = true
	f.held += len(blob)
	return len(blob)
}

func (f *finder) damaged(err error) {
	if f.damage == nil {
		f.damage = err
	}
}
