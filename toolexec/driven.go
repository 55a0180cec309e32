package toolexec

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	goat "github.com/goat-trace/goat"
	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

// A build through the driver ("goat build", package internal/driver) leaves
// the tool ID alone, so that packages without points are shared with plain
// builds. What goat changes is salted by itself: each package with changed
// code has -gcflags=DIR=-goat=SALT, which the go command hashes into the action
// ID and this program takes off again; each main package, and the link of it,
// is salted by the last -gcflags of all, whose text the go command hashes as a
// part of the build information. That one matches no package.
//
// This file is what the two sides have agreed on.

// IdentifyFlag asks a goat-exec for its Identity.
const IdentifyFlag = "-goat-exec-identity"

const (
	preparedFlag = "-session="
	saltFlag     = "-goat="
	mainPattern  = "goat:"
)

// Identity says which goat-exec this is: what the driver compares with its own
// before it relies on another program, and the part of the salts that stands
// for the program, apart by a space.
func Identity() string {
	return fmt.Sprintf("%s/%s/1 %s", strings.ReplaceAll(buildinfo.Version(), " ", "_"), goat.RuntimeHash(), toolIdentity())
}

// PreparedFlag tells goat-exec that the driver runs the build, and under which
// name it has kept the session.
func PreparedFlag(name string) string { return preparedFlag + name }

// SaltFlag salts the compile of one package.
func SaltFlag(salt string) string { return saltFlag + salt }

// MainFlags returns the value of the -gcflags that salts main packages. It
// carries the last -gcflags of the user's, which it hides from the build
// information, for the link to put back.
func MainFlags(salt, user string, given bool) string {
	if !given {
		return mainPattern + salt + "="
	}
	return mainPattern + salt + ":" + base64.RawURLEncoding.EncodeToString([]byte(user)) + "="
}

// userFlags is the reverse of MainFlags.
func userFlags(value string) (user string, given, ok bool) {
	rest, isMain := strings.CutPrefix(value, mainPattern)
	rest, ended := strings.CutSuffix(rest, "=")
	_, encoded, given := strings.Cut(rest, ":")
	if !isMain || !ended {
		return "", false, false
	}
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	return string(text), given, err == nil
}

// driven reports whether the driver runs the build.
func (r *runner) driven() bool { return r.prepared != "" }

// nestedSalt is the salt of what goat compiles for a build besides the user's
// packages. Under the driver it is what a plain build would compile.
func (r *runner) nestedSalt(s *session.Session) string {
	if r.driven() {
		return ""
	}
	return s.ID
}

// cutPrepared takes the driver's flag off goat-exec's own.
func cutPrepared(args []string) (name string, rest []string) {
	if len(args) > 0 && strings.HasPrefix(args[0], preparedFlag) {
		return strings.TrimPrefix(args[0], preparedFlag), args[1:]
	}
	return "", args
}

// cutSalt takes the driver's flag off a compile's.
func cutSalt(args []string) (salt string, rest []string) {
	for _, a := range args {
		if value, ok := strings.CutPrefix(a, saltFlag); ok {
			salt = value
			continue
		}
		rest = append(rest, a)
	}
	return salt, rest
}

// mayHavePoints reports whether a package's compile is salted for the points
// that it would get. Otherwise its archive must be what a plain build's is.
func (r *runner) mayHavePoints(s *session.Session, u unit, p *pkgPoints) bool {
	if !r.driven() {
		return true
	}
	want, err := s.PackageSalt(p.module.Path, p.relDir)
	if err == nil && r.salt == want {
		return true
	}
	r.log.Warn("leaving a package without points: the driver has not salted it so", "package", u.importPath, "dir", p.relDir, "salt", r.salt, "want", want, "err", err)
	return false
}

// restoreBuildInfo takes the driver's -gcflags out of the build information
// that a binary gets (debug.ReadBuildInfo) and puts the user's back. It is in
// the import config of the link (cmd/go/internal/work: writeLinkImportcfg).
func (r *runner) restoreBuildInfo(config string) error {
	text, err := os.ReadFile(config)
	if err != nil {
		return fmt.Errorf("reading the import config: %w", err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	for i, line := range lines {
		quoted, ok := strings.CutPrefix(line, "modinfo ")
		if !ok {
			continue
		}
		info, err := strconv.Unquote(strings.TrimSpace(quoted))
		if err != nil {
			return fmt.Errorf("reading the build information: %w", err)
		}
		lines[i] = fmt.Sprintf("modinfo %q\n", restoredInfo(info))
	}
	if err := os.WriteFile(config, []byte(strings.Join(lines, "")), 0o666); err != nil {
		return fmt.Errorf("writing the import config: %w", err)
	}
	return nil
}

func restoredInfo(info string) string {
	const setting = "build\t-gcflags="
	lines := strings.SplitAfter(info, "\n")
	for i, line := range lines {
		value, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), setting)
		if !ok {
			continue
		}
		user, given, ok := userFlags(value)
		if !ok {
			continue
		}
		lines[i] = ""
		if given && user != "" {
			lines[i] = setting + quoteSetting(user) + "\n"
		}
	}
	return strings.Join(lines, "")
}

// quoteSetting writes a value as the go command does (runtime/debug:
// quoteValue).
func quoteSetting(value string) string {
	if strings.ContainsAny(value, " \t\r\n\"`") {
		return strconv.Quote(value)
	}
	return value
}

// withoutSalts drops the driver's flags from those of the go command: what is
// compiled besides the user's packages does not have them.
func withoutSalts(flags []string) []string {
	var kept []string
	for _, f := range flags {
		value, isGcflags := strings.CutPrefix(f, "-gcflags=")
		_, flags, _ := strings.Cut(value, "=")
		words, err := gocmd.Split(flags)
		salted := err == nil && len(words) > 0 && strings.HasPrefix(words[len(words)-1], saltFlag)
		if isGcflags && (salted || strings.HasPrefix(value, mainPattern)) {
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// selfPath is this program as -toolexec names it.
func selfPath() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding goat-exec: %w", err)
	}
	return filepath.Clean(exe), nil
}
