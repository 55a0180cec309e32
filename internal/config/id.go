package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ID is a digest of everything that decides over points, rewritten code and
// what a main package carries. Two configurations with the same ID produce the
// same archives from the same line sets. It does not cover the content of a
// patch file or index, which is part of the line set.
func (c *Config) ID() string {
	digest := sha256.New()
	// The values are quoted so that lists stay apart; fmt sorts map keys.
	fmt.Fprintf(digest, "config 1\n%q %q\n%q %q %q %q %d\n", c.AppName, c.AppVersion, c.Base, c.BaseMode, c.Granularity, c.DataType, c.Precision)
	fmt.Fprintf(digest, "%q\n%q\n%q\n%q\n", c.Ignores, c.MainEntries, c.Adaptors, c.Components)
	fmt.Fprintf(digest, "%t %t %q %q %t %q %q\n", c.SkipNestedModules, c.Generated, c.Modules, c.Serve, c.Hub, c.Hits, c.Flush)
	fmt.Fprint(digest, c.Trace.runID())
	return hex.EncodeToString(digest.Sum(nil)[:16])
}

// PackageID is a digest of what the archive of a package other than main
// depends on.
func (c *Config) PackageID() string {
	digest := sha256.New()
	fmt.Fprintf(digest, "package 1\n%q %q %q %t\n", c.Granularity, c.DataType, c.Ignores, c.Generated)
	fmt.Fprint(digest, c.Trace.id())
	return hex.EncodeToString(digest.Sum(nil)[:16])
}
