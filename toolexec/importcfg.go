package toolexec

import (
	"bytes"
	"fmt"
	"os"
	"sort"
	"strings"
)

// importConfig is an import config file of compile or link: its text and
// where each package's archive is (cmd/compile: readImportCfg).
type importConfig struct {
	text     []byte
	packages map[string]string
}

func readImportConfig(file string) (importConfig, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return importConfig{}, fmt.Errorf("reading the import config: %w", err)
	}
	cfg := importConfig{text: text, packages: make(map[string]string)}
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "packagefile ")
		if path, archive, found := strings.Cut(rest, "="); ok && found {
			cfg.packages[path] = archive
		}
	}
	return cfg, nil
}

// importsRuntime reports whether the application itself imports the runtime, at
// the version that its go.mod says.
func (c importConfig) importsRuntime() bool {
	for path := range c.packages {
		if path == rtPath || strings.HasPrefix(path, rtPath+"/") && path != entryPath {
			return true
		}
	}
	return false
}

// write writes the config with the packages of more that it lacks. What the
// build itself has compiled always wins.
func (c importConfig) write(file string, more map[string]string) error {
	var b bytes.Buffer
	b.Write(c.text)
	if n := len(c.text); n > 0 && c.text[n-1] != '\n' {
		b.WriteByte('\n')
	}
	paths := make([]string, 0, len(more))
	for path := range more {
		if _, ok := c.packages[path]; !ok {
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
