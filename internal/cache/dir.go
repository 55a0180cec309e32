package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Dir is goat's cache directory. It is safe for concurrent use, also by
// several processes.
type Dir struct {
	path string
	// Warning says which directories were refused, and what to do about it; ""
	// when none was. It is for the user.
	Warning string
}

// Open returns the first of these directories that belongs to the user alone:
// GOAT_CACHE, "goat" and "goat-private" in the user's cache directory, and "goat"
// in the go command's cache (GOCACHE). It makes a missing one, with mode 0700. If
// it cannot, because the disk is read-only or full, it still returns that
// directory, and nothing is kept.
//
// The temporary directory will not do: another user could be quicker to make
// a directory there.
func Open(getenv func(string) string) Dir {
	var refused []string
	for _, dir := range candidates(getenv) {
		path, err := private(dir)
		if err == nil {
			return Dir{path: path, Warning: warning(refused, "keeping its cache in "+path)}
		}
		if errors.As(err, &untrusted{}) {
			refused = append(refused, err.Error())
			continue
		}
		return Dir{path: nowhere(), Warning: warning(refused, "keeping nothing")}
	}
	return Dir{path: nowhere(), Warning: warning(refused, "keeping nothing")}
}

// In returns a directory that is known to be the user's alone, such as a
// test's.
func In(path string) Dir { return Dir{path: path} }

func candidates(getenv func(string) string) []string {
	var dirs []string
	if dir := getenv("GOAT_CACHE"); filepath.IsAbs(dir) {
		dirs = append(dirs, filepath.Clean(dir))
	}
	if dir, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(dir, "goat"), filepath.Join(dir, "goat-private"))
	}
	if dir := getenv("GOCACHE"); filepath.IsAbs(dir) {
		dirs = append(dirs, filepath.Join(dir, "goat"))
	}
	return dirs
}

// nowhere is a path at which nothing can be read or written.
func nowhere() string { return filepath.Join(os.DevNull, "goat") }

func warning(refused []string, instead string) string {
	if len(refused) == 0 {
		return ""
	}
	return fmt.Sprintf("not using a cache directory that others could have written to, %s: %s; remove it, or set GOAT_CACHE to a directory of your own with mode 0700",
		instead, strings.Join(refused, "; "))
}

// Path returns the directory.
func (d Dir) Path() string { return d.path }

// untrusted says why a directory is not the user's alone.
type untrusted struct{ path, reason string }

func (u untrusted) Error() string { return u.path + " " + u.reason }

// private makes a directory if it is missing and returns its path without
// symbolic links. The error is untrusted when others can write to it, or could
// put another directory in its place.
func private(dir string) (string, error) {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(dir, 0o700); err == nil {
			info, err = os.Lstat(dir)
		}
	}
	linked := false
	if err == nil {
		linked, err = checkAbove(dir)
	}
	if err == nil && (linked || info.Mode()&fs.ModeSymlink != 0) {
		if dir, err = filepath.EvalSymlinks(dir); err == nil {
			info, err = os.Lstat(dir)
		}
		if err == nil {
			_, err = checkAbove(dir)
		}
	}
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s is not a directory", dir)
	}
	if owner, own := owned(info); !own {
		return "", untrusted{dir, "belongs to another user (" + owner + ")"}
	}
	if !hasModes || info.Mode().Perm()&^0o700 == 0 {
		return dir, nil
	}
	return dir, tighten(dir, info.Mode().Perm())
}

// checkAbove refuses a directory below one in which every user can rename it
// away. A sticky directory, such as /tmp, forbids that. linked says that a link
// is on the way.
func checkAbove(path string) (linked bool, err error) {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Lstat(dir)
		if err != nil {
			return false, err
		}
		link := info.Mode()&fs.ModeSymlink != 0
		linked = linked || link
		if hasModes && !link && info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
			return false, untrusted{path, fmt.Sprintf("is below %s, in which all users can write (mode %04o)", dir, info.Mode().Perm())}
		}
		if dir == filepath.Dir(dir) {
			return linked, nil
		}
	}
}

// tighten gives a directory of the user's that others can look into the mode
// 0700, if nothing but goat's own is in it. One that others could write to is
// refused, since they may have done so, unless it is empty.
func tighten(path string, mode fs.FileMode) error {
	names, err := entries(path)
	if err != nil {
		return err
	}
	if mode&0o022 != 0 {
		if len(names) == 0 && os.Chmod(path, 0o700) == nil {
			if names, err = entries(path); err == nil && len(names) == 0 {
				return nil
			}
		}
		return untrusted{path, fmt.Sprintf("can be written by other users (mode %04o)", mode)}
	}
	for _, name := range names {
		if !isKind(name) {
			return nil // somebody's directory; nobody else can write to it
		}
	}
	_ = os.Chmod(path, 0o700) // best effort: it is no secret from whom it was none before
	return nil
}

func entries(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}
