package file

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/goat-trace/goat/rt"
)

// dir is GOAT_DIR as it was when the program started, absolute: the program
// may change its environment and directory.
var dir atomic.Pointer[string]

// Start records the main package's manifest and where Flush is to write. It
// returns true; generated code calls it in an initialiser.
func Start(mainMeta string) bool {
	rt.Start(mainMeta)
	if d := os.Getenv("GOAT_DIR"); d != "" && !rt.Privileged() {
		if abs, err := filepath.Abs(d); err == nil {
			d = abs
		}
		dir.Store(&d)
	}
	return true
}

// patience bounds how long Flush waits for a reading that is going on.
const patience = time.Second

// Flush writes the file. Without GOAT_DIR it does nothing; when the file cannot
// be written it leaves nothing behind. It is silent: the program is ending, and
// what it prints is its own.
func Flush() {
	defer func() { _ = recover() }()
	d := dir.Load()
	if d == nil {
		return
	}
	if r := read(); r != nil {
		write(*d, r)
	}
}

// read does not wait for a lock without end: the goroutine that holds it may
// be the one that is ending the program.
func read() *rt.Report {
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		if r := rt.TryRead(); r != nil || time.Now().After(end) {
			return r
		}
	}
}

// write makes the file appear whole or not at all.
func write(dir string, r *rt.Report) {
	name := "goat-" + fileName(r.Build().App) + "-" + strconv.Itoa(os.Getpid()) + "-" + strconv.FormatInt(time.Now().UnixNano(), 10)
	if os.MkdirAll(dir, 0o755) != nil {
		return
	}
	temp := filepath.Join(dir, "."+name+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return
	}
	err = r.WriteTrack(f, rt.Query{})
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp, filepath.Join(dir, name+".json"))
	}
	if err != nil {
		_ = os.Remove(temp)
	}
}

// fileName makes an application's name a part of a file's: no separators, and
// short enough for every file system.
func fileName(app string) string {
	const longest = 100
	app = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, app)
	return app[:min(len(app), longest)]
}
