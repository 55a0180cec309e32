package closure

import (
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
	"github.com/goat-trace/goat/internal/handshake"
)

// recordedArchive is an archive in the go command's cache, where a file's name
// is the digest of its bytes.
type recordedArchive struct {
	File string
	Size int64
}

// readRecord returns the archives of a record if they still exist. Like the go
// command before it uses them, it checks their sizes (cmd/go/internal/cache:
// GetFile).
func readRecord(records cache.Folder, key string) (map[string]string, bool) {
	data, err := records.Get(key)
	var recorded map[string]recordedArchive
	if err != nil || json.Unmarshal(data, &recorded) != nil || len(recorded) == 0 {
		return nil, false
	}
	archives := make(map[string]string, len(recorded))
	for path, archive := range recorded {
		info, err := os.Stat(archive.File)
		if err != nil || info.Size() != archive.Size {
			return nil, false
		}
		archives[path] = archive.File
	}
	return archives, true
}

// writeRecord records where archives are.
func writeRecord(records cache.Folder, key string, archives map[string]string) error {
	recorded := make(map[string]recordedArchive, len(archives))
	for path, archive := range archives {
		info, err := os.Stat(archive)
		if err != nil {
			return err
		}
		recorded[path] = recordedArchive{archive, info.Size()}
	}
	data, err := json.Marshal(recorded)
	if err != nil {
		return err
	}
	return records.Put(key, data)
}

// key names the record of a closure.
func (c closure) key(env map[string]string, flags gocmd.Flags) string {
	h := sha256.New()
	fmt.Fprintf(h, "2\x00%s\x00%s\x00%s\x00%v %v\x00%q\x00", goat.RuntimeHash(), strings.Join(c.packages, " "), c.Salt, c.withoutCgo, c.goResolver, handshake.WithoutSalts(flags.Compile()))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(h, "%s=%s\x00", name, env[name])
	}
	if file, ok := flags.Lookup("pgo"); ok {
		data, _ := os.ReadFile(file) // "off" also gives a key of its own
		fmt.Fprintf(h, "%x\x00", sha256.Sum256(data))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// closureEnv are the go command's variables that decide what a package's
// archive holds.
var closureEnv = []string{
	"GOFLAGS", "GOVERSION", "GOROOT", "GOCACHE", "GOOS", "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS",
	"GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM", "GOEXPERIMENT", "GOFIPS140", "CGO_ENABLED", "CC", "CXX",
	"CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS",
}

// goEnv returns the variables as the go command sees them, including those of
// go env -w. The go command passes most of them to its tools. For the others,
// goEnv uses digests of the files where the go command finds them.
func (c closure) goEnv() (map[string]string, error) {
	if gocmd.RunByGo(c.Getenv) {
		env := map[string]string{"GOENV": fileDigest(c.Getenv("GOENV")), "go.env": fileDigest(filepath.Join(c.Getenv("GOROOT"), "go.env"))}
		for _, name := range closureEnv {
			env[name] = c.Getenv(name)
		}
		return env, nil
	}
	out, err := exec.Command(c.GoCommand(), append([]string{"env", "-json"}, closureEnv...)...).Output()
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
