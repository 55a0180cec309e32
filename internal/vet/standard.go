package vet

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"
)

// skip reports whether the go command asks for nothing but the facts of a
// package of the standard library. There are none, and the answer is written:
// an empty file (go/analysis/internal/facts: Decode). Goat-vet's tool ID is
// another one for each line set, so go vet asks for all of them again and again.
func skip(configFile string, getenv func(string) string) bool {
	data, err := os.ReadFile(configFile)
	var cfg unitchecker.Config
	if err != nil || json.Unmarshal(data, &cfg) != nil || !cfg.VetxOnly || cfg.VetxOutput == "" || cfg.ModulePath != "" {
		return false
	}
	std := filepath.Join(getenv("GOROOT"), "src") + string(filepath.Separator)
	return getenv("GOROOT") != "" && strings.HasPrefix(cfg.Dir, std) && os.WriteFile(cfg.VetxOutput, nil, 0o666) == nil
}
