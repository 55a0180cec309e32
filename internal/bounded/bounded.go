// Package bounded reads files and streams that a repository or a server names or
// sends, up to a limit.
//
// In: files, also ones that are not what their names promise (a goat.yaml that
// is a link to /dev/zero), and streams. Out: their bytes, or an error. A named
// pipe is read until its writer ends, however long that takes.
package bounded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrTooLarge is the cause of an error about what is larger than its limit.
var ErrTooLarge = errors.New("larger than makes sense")

// ReadFile reads a file of at most limit bytes. Devices, which never end, are
// an error; the null device is an empty file.
func ReadFile(name string, limit int64) ([]byte, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > limit {
		return nil, &fs.PathError{Op: "read", Path: name, Err: tooLarge(limit)}
	}
	data, err := ReadAll(f, limit)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, nil
}

// Open opens a file for reading. A device is an error, but for the null device.
func Open(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeDevice != 0 {
		if null, err := os.Stat(os.DevNull); err != nil || !os.SameFile(info, null) {
			return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is a device, not a file")}
		}
	}
	return os.Open(name)
}

// ReadAll reads at most limit bytes to the end of r.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, tooLarge(limit)
	}
	return data, err
}

func tooLarge(limit int64) error {
	return fmt.Errorf("it holds more than %d MB, %w", limit>>20, ErrTooLarge)
}
