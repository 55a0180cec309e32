package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// Stored are the files of a hub: blobs in one place, the histories of modules in
// another.
type Stored struct {
	Blobs, Histories Place
}

// Place is where files are, by key.
type Place interface {
	fleet.Blobs
	// Keys calls do with the keys of the files in all folders that into wants.
	Keys(ctx context.Context, into func(folder string) bool, do func(key string, at time.Time) error) error
}

// Each implements Files.
func (s Stored) Each(ctx context.Context, do func(name string, at time.Time, content []byte) error) error {
	err := each(ctx, s.Blobs, nil, func(key string, at time.Time, content []byte) error {
		return do(Blobs+"/"+key, at, content)
	})
	if err == nil {
		err = each(ctx, s.Histories, ofHistory, do)
	}
	if err != nil {
		return fmt.Errorf("reading blobs: %w", err)
	}
	return nil
}

// ofHistory says whether a folder may have files of histories, MODULE/cov_data/….
// The hub's directory has other files, too.
func ofHistory(folder string) bool {
	parts := strings.Split(folder, "/")
	return parts[0] != Blobs && (len(parts) < 2 || parts[1] == Profiles)
}

// each reads the files of a place; without into all of them, otherwise those of
// histories.
func each(ctx context.Context, place Place, into func(string) bool, do func(name string, at time.Time, content []byte) error) error {
	all := into == nil
	if all {
		into = func(string) bool { return true }
	}
	return place.Keys(ctx, into, func(key string, at time.Time) error {
		if !all && !isBlob(key) {
			return nil
		}
		file, err := place.Get(ctx, key)
		if errors.Is(err, fleet.NotFound) {
			return nil // removed since
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		return do(key, at, content)
	})
}

// Put implements Files.
func (s Stored) Put(ctx context.Context, name string, content io.Reader) error {
	if key, ok := strings.CutPrefix(name, Blobs+"/"); ok {
		return s.Blobs.Put(ctx, key, content)
	}
	return s.Histories.Put(ctx, name, content)
}
