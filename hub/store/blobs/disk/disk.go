package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/goat-trace/goat/hub/fleet"
)

// Blobs is a fleet.Blobs on a directory.
type Blobs struct{ root *os.Root }

// Open returns the blobs below dir, which it creates if needed.
func Open(dir string) (*Blobs, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("making the directory of blobs: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the directory of blobs: %w", err)
	}
	return &Blobs{root}, nil
}

// Close gives the directory back.
func (b *Blobs) Close() error { return b.root.Close() }

// Put implements fleet.Blobs. It writes a temporary file, syncs and renames it.
func (b *Blobs) Put(_ context.Context, key string, content io.Reader) error {
	name := filepath.FromSlash(key)
	dir := filepath.Dir(name)
	if err := b.root.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("keeping blob %s: %w", key, err)
	}
	temporary := filepath.Join(dir, "."+filepath.Base(name)+"."+strconv.FormatUint(rand.Uint64(), 36)) //nolint:gosec // unique among writers, no secret
	if err := b.write(temporary, content); err != nil {
		b.root.Remove(temporary)
		return fmt.Errorf("keeping blob %s: %w", key, err)
	}
	if err := b.root.Rename(temporary, name); err != nil {
		b.root.Remove(temporary)
		return fmt.Errorf("keeping blob %s: %w", key, err)
	}
	return b.syncDir(dir)
}

// Get implements fleet.Blobs.
func (b *Blobs) Get(_ context.Context, key string) (io.ReadCloser, error) {
	f, err := b.root.Open(filepath.FromSlash(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fleet.Errorf(fleet.NotFound, "no blob has the key %s", key)
	}
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", key, err)
	}
	return f, nil
}

// Delete implements fleet.Blobs.
func (b *Blobs) Delete(_ context.Context, key string) error {
	if err := b.root.Remove(filepath.FromSlash(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing blob %s: %w", key, err)
	}
	return nil
}

func (b *Blobs) write(name string, content io.Reader) error {
	f, err := b.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes the rename durable.
func (b *Blobs) syncDir(dir string) error {
	f, err := b.root.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	return nil
}
