package toolexec

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// overlay says for which of the user's files the compiler is given another
// one, as go build -overlay wants it: where a file belongs, by where its bytes
// are. The go command tells the compiler, so that messages name the place
// (cmd/go/internal/work: Action.trimpath).
type overlay map[string]string

func readOverlay(trimpath string) overlay {
	o := make(overlay)
	for rule := range strings.SplitSeq(trimpath, ";") {
		from, to, ok := strings.Cut(rule, "=>")
		if !ok || !strings.HasSuffix(from, ".go") {
			continue
		}
		if place := untrim(to, trimpath); place != "" {
			o[from] = place
		}
	}
	return o
}

// place returns where a file belongs. What cover makes of a file already names
// that place: cover does not know of overlays and reads what stands there.
func (o overlay) place(file string) string {
	if place, ok := o[file]; ok {
		return place
	}
	return file
}

// absoluteOverlay copies a file for -overlay to target. Its paths are relative
// to where the go command runs; in the copy they are absolute, for one that runs
// elsewhere: there "go.mod" would be another file.
func absoluteOverlay(file, dir, target string) error {
	data, err := os.ReadFile(file)
	var content struct{ Replace map[string]string }
	if err == nil {
		err = json.Unmarshal(data, &content)
	}
	if err != nil {
		return fmt.Errorf("reading the overlay: %w", err)
	}
	absolute := func(name string) string {
		if name == "" || filepath.IsAbs(name) { // "" deletes the file
			return name
		}
		return filepath.Join(dir, name)
	}
	replace := make(map[string]string, len(content.Replace))
	for from, to := range content.Replace {
		replace[absolute(from)] = absolute(to)
	}
	content.Replace = replace
	if data, err = json.Marshal(content); err == nil {
		err = os.WriteFile(target, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("copying the overlay: %w", err)
	}
	return nil
}
