package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/goat-trace/goat/hub/store/rows"
)

// exported is the file with the rows in an archive, a chunk a line. It is the
// last file, because blobs exist before rows name them.
const exported = "rows.jsonl"

// Files are the blobs that an archive has, by name: blobs/… and
// MODULE/cov_data/….
type Files interface {
	// Each calls do with each file, in any order.
	Each(ctx context.Context, do func(name string, at time.Time, content []byte) error) error
	// Put stores a file.
	Put(ctx context.Context, name string, content io.Reader) error
}

// Export writes an archive of a database's rows and of blobs.
func Export(ctx context.Context, store *rows.Store, blobs Files, w io.Writer) (err error) {
	temp, err := os.CreateTemp("", "goat-hub-export-")
	if err != nil {
		return fmt.Errorf("exporting rows: %w", err)
	}
	defer func() { err = errors.Join(err, temp.Close(), os.Remove(temp.Name())) }()
	lines := bufio.NewWriterSize(temp, 1<<20)
	encoder := json.NewEncoder(lines)
	if err := store.Dump(ctx, func(c rows.Chunk) error { return encoder.Encode(c) }); err != nil {
		return fmt.Errorf("exporting rows: %w", err)
	}
	if err := lines.Flush(); err != nil {
		return fmt.Errorf("exporting rows: %w", err)
	}
	packed := gzip.NewWriter(w)
	files := tar.NewWriter(packed)
	if err := blobs.Each(ctx, func(name string, at time.Time, content []byte) error {
		return add(files, name, int64(len(content)), at, bytes.NewReader(content))
	}); err != nil {
		return err
	}
	size, err := temp.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = temp.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = add(files, exported, size, time.Now(), temp)
	}
	return errors.Join(err, files.Close(), packed.Close())
}

func add(files *tar.Writer, name string, size int64, at time.Time, content io.Reader) error {
	if err := files.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o640, ModTime: at}); err != nil {
		return fmt.Errorf("archiving %s: %w", name, err)
	}
	if _, err := io.Copy(files, content); err != nil {
		return fmt.Errorf("archiving %s: %w", name, err)
	}
	return nil
}

// Import stores what an archive of Export has. The database must be empty. It is
// filled last, in one transaction, so a database with rows is complete.
func Import(ctx context.Context, store *rows.Store, blobs Files, r io.Reader) error {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	for files := tar.NewReader(packed); ; {
		header, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			return errors.New("reading the archive: it has no rows; \"goat-hub export\" makes archives for import, and \"goat-hub restore\" reads those of backup")
		case err != nil:
			return fmt.Errorf("reading the archive: %w", err)
		case header.Name == Database:
			return errors.New("reading the archive: it is a copy of an SQLite file; restore it with \"goat-hub restore\", and export that")
		case header.Name == exported:
			return load(ctx, store, files, packed)
		case !isBlob(header.Name):
			return fmt.Errorf("reading the archive: it has %q, so it is none of goat-hub's", header.Name)
		}
		if err := blobs.Put(ctx, header.Name, files); err != nil {
			return fmt.Errorf("importing %s: %w", header.Name, err)
		}
	}
}

func load(ctx context.Context, store *rows.Store, files *tar.Reader, packed io.Reader) error {
	lines := json.NewDecoder(bufio.NewReaderSize(files, 1<<20))
	err := store.Load(ctx, func() (c rows.Chunk, err error) {
		err = lines.Decode(&c)
		if errors.Is(err, io.EOF) {
			// The checksum stands at the end of the archive.
			if _, end := files.Next(); !errors.Is(end, io.EOF) {
				return c, fmt.Errorf("reading the archive's end: %w", errors.Join(end, io.ErrUnexpectedEOF))
			}
			if _, end := io.Copy(io.Discard, packed); end != nil {
				return c, fmt.Errorf("reading the archive's end: %w", end)
			}
		}
		return c, err
	})
	if err != nil {
		return fmt.Errorf("importing rows: %w", err)
	}
	return nil
}
