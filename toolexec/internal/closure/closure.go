package closure

import (
	"fmt"
	"path/filepath"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// Runtime returns the archives of the runtime and of everything that it
// imports, by import path. It prefers archives that the build itself compiled.
// If the archives do not fit the application, it returns them together with an
// error.
func (l Link) Runtime() (map[string]string, error) {
	_, net := l.Config.Packages["net"]
	_, cgo := l.Config.Packages["runtime/cgo"]
	own := entry.ImportsRuntime(l.Config)
	archives, err := closure{
		Build: l.Build, packages: l.Packages, flags: l.flags, own: own,
		withoutCgo: !net && !cgo && !own,
		goResolver: !net && (cgo || own) && !l.sharesPackages(),
	}.resolve()
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(archives))
	for path, archive := range archives {
		if own, ok := l.Config.Packages[path]; ok {
			archive = own
		}
		all[path] = archive
	}
	return all, l.fit(all)
}

// sharesPackages reports whether the binary may share packages with others that
// are built without goat. Such packages must be the same in all of them.
func (l Link) sharesPackages() bool {
	_, plugins := l.Config.Packages["plugin"]
	return plugins || l.Args.Value("-buildmode") == "plugin" || l.Args.On("-linkshared")
}

// Atomic returns the archive of sync/atomic, which exact counts need in
// packages that may not import it themselves. config is the compile's import
// config.
func (b Build) Atomic(config gotool.ImportConfig) (string, error) {
	if archive, ok := config.Packages[atomic]; ok {
		return archive, nil
	}
	archives, err := closure{Build: b, packages: []string{atomic}, flags: b.compileFlags}.resolve()
	if err != nil {
		return "", err
	}
	archive, ok := archives[atomic]
	if !ok {
		return "", fmt.Errorf("go list knows no archive of %s", atomic)
	}
	return archive, checkAtomic(archive, config)
}

// resolve returns a map from import path to archive. The cache remembers the
// archives while they exist. With -overlay it remembers nothing.
func (c closure) resolve() (map[string]string, error) {
	env, err := c.goEnv()
	if err != nil {
		return nil, err
	}
	flags, err := c.flags(env["GOFLAGS"])
	if err != nil {
		return nil, err
	}
	if c.own {
		return c.listOwn(flags)
	}
	dir := c.Cache()
	if file, ok := flags.Lookup("overlay"); ok { // an overlay's files may change under the same names
		dir = cache.In(c.Work)
		if flags, err = c.withOverlay(flags, file); err != nil {
			return nil, err
		}
	}
	records, key := dir.Folder(cache.Closure), c.key(env, flags)
	if archives, ok := readRecord(records, key); ok {
		return archives, nil
	}
	unlock, err := records.Lock(key)
	if err != nil {
		c.Log.Warn("working without a cache; set GOAT_CACHE to a directory that can be written", "err", err)
	}
	defer unlock()
	if archives, ok := readRecord(records, key); ok {
		return archives, nil
	}
	archives, err := c.listExtracted(flags)
	if err == nil {
		if err := writeRecord(records, key, archives); err != nil {
			c.Log.Warn("keeping where the runtime's archives are", "err", err)
		}
	}
	return archives, err
}

// withOverlay makes the paths in an overlay absolute.
func (c closure) withOverlay(flags gocmd.Flags, file string) (gocmd.Flags, error) {
	dir, err := c.WorkingDir()
	if err != nil {
		return flags, err
	}
	target := filepath.Join(c.Work, "overlay.json")
	if err := absoluteOverlay(file, dir, target); err != nil {
		return flags, err
	}
	return flags.With("overlay", target), nil
}
