package session

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/kept"
)

// How long records and sessions are kept. A record is of use while its go
// command runs; a session can be asked for again by the next build.
const (
	runAge     = 48 * time.Hour
	sessionAge = 14 * 24 * time.Hour
)

// OutputsDir is where the outputs of tools are kept below the cache
// directory, and outputsSize how many bytes of them. The standard library of
// one toolchain and one set of flags takes 85 MB. Of git blame's results, which
// are small, blameSize are kept.
const (
	OutputsDir  = "outputs"
	outputsSize = 2 << 30
	blameSize   = 256 << 20
)

// expire removes what is too old, at most once an hour. Errors do not matter:
// the next build tries again.
func (st store) expire() {
	mark := filepath.Join(st.dir, "expired")
	if info, err := os.Stat(mark); err == nil && time.Since(info.ModTime()) < time.Hour {
		return
	}
	if err := os.WriteFile(mark, nil, 0o666); err != nil {
		return
	}
	removeOlder(filepath.Join(st.dir, "runs"), "", runAge)
	for _, sub := range []string{"sessions", "memo", "modules", "closure", "rt", "toolchain", "tools"} {
		removeOlder(filepath.Join(st.dir, sub), "", sessionAge)
	}
	removeOlder(st.blameDir(), diffsrc.ScratchPrefix, sessionAge)
	kept.Store{Dir: st.blameDir()}.Trim(kept.Limits{Size: blameSize, Age: sessionAge})
	kept.Store{Dir: filepath.Join(st.dir, OutputsDir)}.Trim(kept.Limits{Size: outputsSize, Age: sessionAge})
}

// removeOlder removes the entries of a directory whose names begin with a
// prefix and which have not been used for longer than age.
func removeOlder(dir, prefix string, age time.Duration) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), prefix) && time.Since(info.ModTime()) > age {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}
