package server

import (
	"errors"
	"path/filepath"

	"github.com/goat-trace/goat/hub/store/archive"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
)

// places is where the hub's blobs are.
type places struct {
	blobs     archive.Place
	histories archive.Place // profiles and reports of histories
	closers   []func() error
}

// openPlaces opens the places in the hub's directory.
func openPlaces(root string) (*places, error) {
	p := &places{}
	for dir, place := range map[string]*archive.Place{filepath.Join(root, archive.Blobs): &p.blobs, root: &p.histories} {
		d, err := disk.Open(dir)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		*place = d
		p.closers = append(p.closers, d.Close)
	}
	return p, nil
}

// Close gives the places back.
func (p *places) Close() error {
	var errs []error
	for _, closer := range p.closers {
		errs = append(errs, closer())
	}
	return errors.Join(errs...)
}
