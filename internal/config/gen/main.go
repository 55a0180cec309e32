package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goat-trace/goat/internal/config"
)

func main() {
	dir := "docs"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := write(dir); err != nil {
		fmt.Fprintf(os.Stderr, "gen: %v; run it at the top of the repository or name the docs directory\n", err)
		os.Exit(1)
	}
}

// write writes all generated files to dir.
func write(dir string) error {
	for name, render := range generated {
		if err := os.WriteFile(filepath.Join(dir, name), render(config.Settings()), 0o644); err != nil {
			return fmt.Errorf("writing documentation: %w", err)
		}
	}
	return nil
}
