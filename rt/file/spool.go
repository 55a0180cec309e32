package file

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/instance"
)

// spool writes what a hub would be told, for when nobody can tell it: the three
// files of docs/hub-protocol.md, The spool.
type spool struct {
	*writer
	self  *instance.Instance
	track bool // there is a file with /track's JSON, too

	written    bool // once
	generation int  // of what is written
	hits       int
}

// writeChanges writes the files unless they hold the present state.
func (s *spool) writeChanges(pace func() error) error {
	h := rt.HitsAfter(s.generation, s.hits)
	if s.written && h.Generation == s.generation && len(h.IDs) == 0 {
		return nil
	}
	m, err := s.self.Manifest(pace)
	if err != nil {
		return err
	}
	return s.write(m, rt.HitsAfter(m.Generation, 0), instance.Push{}, pace)
}

// end writes the files for the last time, as the writer's end does.
func (s *spool) end() {
	var r *rt.Report
	if !soon(func() bool { r = rt.TryRead(); return r != nil }) {
		return
	}
	m, err := s.self.ManifestOf(r, nil)
	if err != nil {
		return
	}
	var h rt.Hits
	if soon(func() (ok bool) { h, ok = rt.TryHitsAfter(m.Generation, 0); return ok }) {
		_ = s.write(m, h, instance.Push{End: true}, nil)
	}
}

// write writes the registration last: whoever hands a spool in begins with it.
func (s *spool) write(m instance.Manifest, h rt.Hits, p instance.Push, pace func() error) error {
	if h.Generation != m.Generation {
		return nil // a plugin has come meanwhile; there is a next time
	}
	last := p.End
	if m.Digest != "" {
		name := instance.ManifestFile(m.Digest)
		if _, err := os.Lstat(filepath.Join(s.dir, name)); errors.Is(err, fs.ErrNotExist) {
			if err := s.put(name, last, func(w io.Writer) error { return m.Write(w, pace) }); err != nil {
				return err
			}
		}
	}
	key := s.self.Key(m.Generation)
	p.Written = time.Now()
	err := s.putText(instance.PointsFile(key), last, instance.AppendPush(nil, h, p))
	if err == nil {
		state := instance.State{}
		if s.track {
			state.Track = s.name(m.Report())
		}
		err = s.putText(instance.RegistrationFile(key), last, s.self.AppendRegistration(nil, m, state))
	}
	if err == nil && !last { // else another goroutine may be looking
		s.written, s.generation, s.hits = true, m.Generation, len(h.IDs)
	}
	return err
}

func (s *spool) putText(name string, last bool, text []byte) error {
	return s.put(name, last, func(w io.Writer) error { _, err := w.Write(text); return err })
}
