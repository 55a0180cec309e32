package gotool

import (
	"runtime/debug"
	"strconv"
	"strings"
)

// BuildRecord is what the go command writes into a binary about its build. It
// is the one place where the go command itself says what its flags came to,
// wherever they were set.
type BuildRecord struct {
	Package  string // import path of the main package
	Settings map[string]string
}

// recordFrame is the length of the marks before and after the text, by which a
// binary's is found (cmd/go/internal/modload: ModInfoData).
const recordFrame = 16

// BuildRecord reads a link's `modinfo "…"`; ok is false where the config has
// none.
func (c ImportConfig) BuildRecord() (rec BuildRecord, ok bool) {
	for line := range strings.Lines(string(c.Text)) {
		quoted, found := strings.CutPrefix(strings.TrimSpace(line), "modinfo ")
		if !found {
			continue
		}
		text, err := strconv.Unquote(quoted)
		if err != nil || len(text) < 2*recordFrame {
			return rec, false
		}
		info, err := debug.ParseBuildInfo(text[recordFrame : len(text)-recordFrame])
		if err != nil {
			return rec, false
		}
		rec = BuildRecord{Package: info.Path, Settings: make(map[string]string)}
		for _, s := range info.Settings {
			rec.Settings[s.Key] = s.Value
		}
		return rec, true
	}
	return rec, false
}
