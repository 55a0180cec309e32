package instance

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"

	"github.com/goat-trace/goat/rt"
)

// Manifest is the document that describes a build's points.
type Manifest struct {
	Generation int
	Digest     string // "" without points
	Points     int
	report     *rt.Report
}

// manifests remembers the last result.
type manifests struct {
	reading sync.Mutex
	last    Manifest
}

// Manifest describes the program's points. It computes their digest once. pace is
// as for rt.ReadPaced, nil for none.
func (c *manifests) Manifest(pace func() error) (Manifest, error) {
	report, err := rt.ReadPaced(pace)
	if err != nil {
		return Manifest{}, err
	}
	return c.ManifestOf(report, pace)
}

// ManifestOf is Manifest for a report that has been read already.
func (c *manifests) ManifestOf(report *rt.Report, pace func() error) (Manifest, error) {
	c.reading.Lock()
	known := c.last
	c.reading.Unlock()
	if known.report != nil && known.Generation == report.Generation() {
		return known, nil
	}
	m := Manifest{Generation: report.Generation(), Points: report.Total(), report: report.Paced(nil)}
	if m.Points > 0 {
		hash := sha256.New()
		w := bufio.NewWriter(hash)
		if err := m.Write(w, pace); err != nil {
			return m, err
		}
		_ = w.Flush() // writing to a hash does not fail
		m.Digest = hex.EncodeToString(hash.Sum(nil))
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	c.last = m
	return m, nil
}

// Report is what the document is made of.
func (m Manifest) Report() *rt.Report { return m.report }

// Write writes the document. pace is as for rt.Report.Paced, nil for none.
func (m Manifest) Write(w io.Writer, pace func() error) error {
	return m.report.Paced(pace).WriteManifest(w)
}
