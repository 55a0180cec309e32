package archive

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/hub/store/sqlite"
)

// Names in a hub's directory, which are also those in an archive.
const (
	Database = "sqlite.db"
	Blobs    = "blobs"
	// Profiles is the directory of a module, MODULE/cov_data, with its history.
	Profiles = "cov_data"
)

// Write writes the archive of a directory. It copies the database first,
// because blobs exist before the database names them.
func Write(ctx context.Context, root string, w io.Writer) error {
	if _, err := os.Stat(filepath.Join(root, Database)); err != nil {
		return fmt.Errorf("looking for a hub's database: %w", err)
	}
	temp, err := os.MkdirTemp(root, ".backup-")
	if err != nil {
		return fmt.Errorf("making a copy of the database: %w", err)
	}
	defer os.RemoveAll(temp)
	copied := filepath.Join(temp, Database)
	if err := sqlite.Snapshot(ctx, filepath.Join(root, Database), copied); err != nil {
		return err
	}
	packed := gzip.NewWriter(w)
	files := tar.NewWriter(packed)
	if err := addFile(files, Database, copied); err != nil {
		return err
	}
	if err := addBlobs(ctx, files, root, Blobs); err != nil {
		return err
	}
	modules, err := filepath.Glob(filepath.Join(root, "*", Profiles))
	if err != nil {
		return fmt.Errorf("looking for histories: %w", err)
	}
	for _, dir := range modules {
		if err := addBlobs(ctx, files, root, path.Join(filepath.Base(filepath.Dir(dir)), Profiles)); err != nil {
			return err
		}
	}
	return errors.Join(files.Close(), packed.Close())
}

// addBlobs adds the files below a directory of root.
func addBlobs(ctx context.Context, files *tar.Writer, root, under string) error {
	dir := filepath.Join(root, filepath.FromSlash(under))
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed since, or there are none
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			return nil // a file that begins with a dot is still being written
		}
		below, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		err = addFile(files, path.Join(under, filepath.ToSlash(below)), name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

func addFile(files *tar.Writer, name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("archiving %s: %w", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("archiving %s: %w", name, err)
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: 0o640, ModTime: info.ModTime()}
	if err := files.WriteHeader(header); err != nil {
		return fmt.Errorf("archiving %s: %w", name, err)
	}
	if _, err := io.Copy(files, f); err != nil {
		return fmt.Errorf("archiving %s: %w", name, err)
	}
	return nil
}

// Restore makes a hub's directory from an archive. The directory must not
// contain a database yet. The database is written last, so that a directory
// with a database is complete.
func Restore(root string, r io.Reader) (err error) {
	if _, err := os.Stat(filepath.Join(root, Database)); err == nil {
		return fmt.Errorf("%s has a database; restore into another directory", root)
	}
	if err := os.MkdirAll(root, 0o750); err != nil {
		return fmt.Errorf("making %s: %w", root, err)
	}
	dir, err := os.OpenRoot(root)
	if err != nil {
		return fmt.Errorf("opening %s: %w", root, err)
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	packed, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	const partial = ".restoring-" + Database
	complete := false
	for files := tar.NewReader(packed); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the archive: %w", err)
		}
		name := header.Name
		switch {
		case name == Database:
			name, complete = partial, true
		case name == exported:
			return errors.New("reading the archive: it has rows and no SQLite file; store it with \"goat-hub import\"")
		case !isBlob(name):
			return fmt.Errorf("reading the archive: it has %q, so it is none of goat-hub's", name)
		}
		if err := extract(dir, name, files); err != nil {
			return fmt.Errorf("restoring %s: %w", header.Name, err)
		}
	}
	if !complete {
		return errors.New("reading the archive: it has no database, so it is none of goat-hub's")
	}
	return dir.Rename(partial, Database)
}

// isBlob says whether an archive may have a file of this name: one below blobs or
// MODULE/cov_data.
func isBlob(name string) bool {
	parts := strings.Split(name, "/")
	return path.Clean(name) == name && (len(parts) > 1 && parts[0] == Blobs || len(parts) > 2 && parts[1] == Profiles && !strings.HasPrefix(parts[0], "."))
}

func extract(dir *os.Root, name string, content io.Reader) error {
	if err := dir.MkdirAll(path.Dir(name), 0o750); err != nil {
		return err
	}
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Sync(), f.Close())
}
