package disk

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Keys calls do with the keys of the files in all folders that into wants. Names
// that begin with a dot are left out: they are still being written.
func (b *Blobs) Keys(ctx context.Context, into func(folder string) bool, do func(key string, at time.Time) error) error {
	return fs.WalkDir(b.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed since
		}
		if err = errors.Join(err, ctx.Err()); err != nil || name == "." {
			return err
		}
		hidden := strings.HasPrefix(path.Base(name), ".")
		if entry.IsDir() && (hidden || !into(name)) {
			return fs.SkipDir
		}
		if hidden || !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return do(name, info.ModTime())
	})
}
