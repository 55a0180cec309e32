package gotool

import (
	"bytes"
	"fmt"
	"os"
	"sort"
	"strings"
)

// ImportConfig is an import config file of compile or link (cmd/compile:
// readImportCfg).
type ImportConfig struct {
	Text     []byte
	Packages map[string]string // import path → archive
}

// ReadImportConfig reads an import config.
func ReadImportConfig(file string) (ImportConfig, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return ImportConfig{}, fmt.Errorf("reading the import config: %w", err)
	}
	cfg := ImportConfig{Text: text, Packages: make(map[string]string)}
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "packagefile ")
		if path, archive, found := strings.Cut(rest, "="); ok && found {
			cfg.Packages[path] = archive
		}
	}
	return cfg, nil
}

// Write writes the config with those packages of more that it lacks. If both
// have a package, the one that the build compiled wins.
func (c ImportConfig) Write(file string, more map[string]string) error {
	var b bytes.Buffer
	b.Write(c.Text)
	if n := len(c.Text); n > 0 && c.Text[n-1] != '\n' {
		b.WriteByte('\n')
	}
	paths := make([]string, 0, len(more))
	for path := range more {
		if _, ok := c.Packages[path]; !ok {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	for _, path := range paths {
		fmt.Fprintf(&b, "packagefile %s=%s\n", path, more[path])
	}
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("writing the import config: %w", err)
	}
	return nil
}

// Archive returns the archive of what is imported under a path: a vendored package
// has another path of its own.
func (c ImportConfig) Archive(path string) (string, bool) {
	for line := range strings.Lines(string(c.Text)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "importmap ")
		if from, to, found := strings.Cut(rest, "="); ok && found && from == path {
			path = to
			break
		}
	}
	archive, ok := c.Packages[path]
	return archive, ok
}
