package gotool

import (
	"runtime/debug"
	"strconv"
	"strings"
)

// BuildRecord is what the go command writes into a binary about its build. Only
// there does the go command itself say which flags it used, wherever they were
// set.
type BuildRecord struct {
	Package  string // import path of the main package
	Settings map[string]string
}

// recordFrame is the length of the marks around the text, by which it is found
// in a binary (cmd/go/internal/modload: ModInfoData).
const recordFrame = 16

// BuildRecord reads the line `modinfo "…"` of a link's import config. ok is
// false if there is none.
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
