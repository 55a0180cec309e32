package toolexec

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	goat "github.com/goat-trace/goat"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
)

// closure resolves a package of the runtime and all that it imports to
// archives, compiled as the application is.
//
// The source stands in goat-exec. It is written to the cache directory and
// compiled by one nested go list with the build flags of the go command above
// and goat-exec as its -toolexec, under the same salt: what the application
// and the runtime both import is compiled once. The user's module is neither
// read nor changed for it.
type closure struct {
	*runner
	pkg        string // import path
	salt       string
	withoutCgo bool
	// goResolver builds package net without the C library's resolver, which the
	// runtime does not need: a linker that makes a static binary warns of it.
	goResolver bool
	work       string // a folder in the go command's work directory, for when there is no cache
	// own says that the application imports the runtime itself, at the version
	// that its go.mod says: what else is needed of it comes from there too.
	own bool
	// flags are the application's build flags, given GOFLAGS.
	flags func(goflags string) (gocmd.Flags, error)
}

// resolve returns import path → archive. The result is kept and used again as
// long as the archives are there; with -overlay it is not.
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
		// An ordinary build with goat, so that what it leaves in the go command's
		// cache is what the build around it would.
		dir, err := c.workingDir()
		if err != nil {
			return nil, err
		}
		return c.list(c.withResolver(flags, withoutSalts(flags.All())), withoutImportPath(os.Environ()), dir)
	}
	kept := c.cache()
	if file, ok := flags.Lookup("overlay"); ok { // the files of one change under the same names
		kept = cache.In(c.work)
		dir, err := c.workingDir()
		if err != nil {
			return nil, err
		}
		target := filepath.Join(c.work, "overlay.json")
		if err := absoluteOverlay(file, dir, target); err != nil {
			return nil, err
		}
		flags = flags.With("overlay", target)
	}
	records, key := kept.Folder(cache.Closure), c.key(env, flags)
	if archives, ok := readClosure(records, key); ok {
		return archives, nil
	}
	unlock, err := records.Lock(key)
	if err != nil {
		c.log.Warn("working without a cache; set GOAT_CACHE to a directory that can be written", "err", err)
	}
	defer unlock()
	if archives, ok := readClosure(records, key); ok {
		return archives, nil
	}
	archives, err := c.compileRuntime(flags)
	if err == nil {
		if err := writeClosure(records, key, archives); err != nil {
			c.log.Warn("keeping where the runtime's archives are", "err", err)
		}
	}
	return archives, err
}

// compileRuntime compiles the source that stands in goat-exec. Where the cache
// has no room for the source, it is written beside the build's other files.
func (c closure) compileRuntime(flags gocmd.Flags) (map[string]string, error) {
	dir, err := extractRuntime(c.cache().Folder(cache.Runtime))
	if err != nil {
		c.log.Warn("writing the runtime's source into the build's work directory", "reason", err.Error())
		dir, err = extractRuntime(cache.In(c.work).Folder(cache.Runtime))
	}
	if err != nil {
		return nil, err
	}
	trim, err := gocmd.Join([]string{"-trimpath=" + dir + "=>" + goatModule})
	if err != nil {
		return nil, fmt.Errorf("naming the runtime's folder to the compiler: %w; set GOAT_CACHE to another directory", err)
	}
	compile := c.withResolver(flags, withoutSalts(flags.Compile()))
	return c.list(append(compile, "-gcflags="+rtPath+"/...="+trim), c.nestedEnv(dir), dir)
}

// withResolver adds the build tag that leaves the C library's resolver out, where
// that is wanted. The go command takes commas or, as of old, blanks between tags.
func (c closure) withResolver(flags gocmd.Flags, args []string) []string {
	if !c.goResolver {
		return args
	}
	tags, _ := flags.Lookup("tags")
	switch {
	case tags == "":
		tags = "netgo"
	case strings.Contains(tags, " "):
		tags += " netgo"
	default:
		tags += ",netgo"
	}
	return append(args, "-tags="+tags)
}

// keptArchive is an archive in the go command's cache. Its file is named after
// the digest of its bytes there.
type keptArchive struct {
	File string
	Size int64
}

// readClosure returns what writeClosure kept, if the archives are still there.
// They are checked as the go command checks them before it uses them: by their
// size (cmd/go/internal/cache: GetFile).
func readClosure(records cache.Folder, key string) (map[string]string, bool) {
	data, err := records.Get(key)
	var kept map[string]keptArchive
	if err != nil || json.Unmarshal(data, &kept) != nil || len(kept) == 0 {
		return nil, false
	}
	archives := make(map[string]string, len(kept))
	for path, archive := range kept {
		info, err := os.Stat(archive.File)
		if err != nil || info.Size() != archive.Size {
			return nil, false
		}
		archives[path] = archive.File
	}
	return archives, true
}

func writeClosure(records cache.Folder, key string, archives map[string]string) error {
	kept := make(map[string]keptArchive, len(archives))
	for path, archive := range archives {
		info, err := os.Stat(archive)
		if err != nil {
			return err
		}
		kept[path] = keptArchive{archive, info.Size()}
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return records.Put(key, data)
}

// closureEnv are the go command's variables that decide what a package's
// archive holds.
var closureEnv = []string{
	"GOFLAGS", "GOVERSION", "GOROOT", "GOCACHE", "GOOS", "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS",
	"GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM", "GOEXPERIMENT", "GOFIPS140", "CGO_ENABLED", "CC", "CXX",
	"CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS",
}

// goEnv returns the variables as the go command sees them, those of go env -w
// included. Most of them it hands on to its tools; for the others the files in
// which it finds them stand in for their values.
func (c closure) goEnv() (map[string]string, error) {
	if c.settled() {
		env := map[string]string{"GOENV": fileDigest(c.getenv("GOENV")), "go.env": fileDigest(filepath.Join(c.getenv("GOROOT"), "go.env"))}
		for _, name := range closureEnv {
			env[name] = c.getenv(name)
		}
		return env, nil
	}
	out, err := exec.Command(c.goCommand(), append([]string{"env", "-json"}, closureEnv...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("running go env: %w", err)
	}
	var env map[string]string
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("reading go env: %w", err)
	}
	return env, nil
}

// fileDigest is "" for a file that cannot be read.
func fileDigest(name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

func (c closure) key(env map[string]string, flags gocmd.Flags) string {
	h := sha256.New()
	fmt.Fprintf(h, "2\x00%s\x00%s\x00%s\x00%v %v\x00%q\x00", goat.RuntimeHash(), c.pkg, c.salt, c.withoutCgo, c.goResolver, withoutSalts(flags.Compile()))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(h, "%s=%s\x00", name, env[name])
	}
	if file, ok := flags.Lookup("pgo"); ok {
		data, _ := os.ReadFile(file) // "off", too, is another key than a file's bytes
		fmt.Fprintf(h, "%x\x00", sha256.Sum256(data))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// list runs the nested go list: in the runtime's own module, or, without a
// directory, where the application is built.
func (c closure) list(flags, env []string, dir string) (map[string]string, error) {
	toolexec, err := c.nestedToolexec()
	if err != nil {
		return nil, err
	}
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}, flags...)
	cmd := exec.Command(c.goCommand(), append(args, "-toolexec="+toolexec, c.pkg)...)
	cmd.Dir, cmd.Env = dir, env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		err = fmt.Errorf("compiling the runtime: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
		if endedBySignal(err) || saysOfSignal(stderr.String()) {
			err = killedError{err}
		}
		return nil, err
	}
	archives := make(map[string]string)
	for line := range strings.Lines(stdout.String()) {
		if path, archive, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			archives[path] = archive
		}
	}
	return archives, nil
}

// nestedToolexec returns the -toolexec value under which this process runs. The
// driver's builds share the packages that goat leaves alone with plain builds:
// there it is the user's other wrapper, or nothing.
func (c closure) nestedToolexec() (string, error) {
	if c.driven() {
		return gocmd.Join(c.cmd.Wrapper)
	}
	exe, err := selfPath()
	if err != nil {
		return "", err
	}
	return gocmd.Join(append(append([]string{exe}, c.cmd.Self...), c.cmd.Wrapper...))
}

// nestedEnv is the environment of the nested go list: its own module and
// nothing of the user's module, workspace or GOFLAGS, which the command line
// has. GOFLAGS must not be empty, or the one of go env -w counts.
func (c closure) nestedEnv(dir string) []string {
	env := append(withoutImportPath(os.Environ()), "PWD="+dir, "GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on", "GOTOOLCHAIN=local", nestedEnv+"="+c.salt)
	if c.withoutCgo {
		env = append(env, "CGO_ENABLED=0")
	}
	return env
}

// withoutImportPath takes out what the go command sets for one tool.
func withoutImportPath(env []string) []string {
	return slices.DeleteFunc(env, func(kv string) bool { return strings.HasPrefix(kv, "TOOLEXEC_IMPORTPATH=") })
}
