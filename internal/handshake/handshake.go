package handshake

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	goat "github.com/goat-trace/goat"
	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

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
	return fmt.Sprintf("%s/%s/1 %s", strings.ReplaceAll(buildinfo.Version(), " ", "_"), goat.RuntimeHash(), ToolIdentity())
}

// ToolIdentity is the part of the salts that stands for this program.
func ToolIdentity() string { return session.ToolID() + goat.RuntimeHash() }

// PreparedFlag tells goat-exec that the driver runs the build, and under which
// name it has stored the session.
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

// CutPrepared takes the driver's flag off goat-exec's own.
func CutPrepared(args []string) (name string, rest []string) {
	if len(args) > 0 && strings.HasPrefix(args[0], preparedFlag) {
		return strings.TrimPrefix(args[0], preparedFlag), args[1:]
	}
	return "", args
}

// CutSalt takes the driver's flag off a compile's.
func CutSalt(args []string) (salt string, rest []string) {
	for _, a := range args {
		if value, ok := strings.CutPrefix(a, saltFlag); ok {
			salt = value
			continue
		}
		rest = append(rest, a)
	}
	return salt, rest
}

// RestoreBuildInfo takes the driver's -gcflags out of the build information
// that a binary gets (debug.ReadBuildInfo) and puts the user's back. That
// information is a line of the link's import config, whose text it takes and
// returns (cmd/go/internal/work: writeLinkImportcfg).
func RestoreBuildInfo(config string) (string, error) {
	lines := strings.SplitAfter(config, "\n")
	for i, line := range lines {
		quoted, ok := strings.CutPrefix(line, "modinfo ")
		if !ok {
			continue
		}
		info, err := strconv.Unquote(strings.TrimSpace(quoted))
		if err != nil {
			return "", fmt.Errorf("reading the build information: %w", err)
		}
		lines[i] = fmt.Sprintf("modinfo %q\n", restoredInfo(info))
	}
	return strings.Join(lines, ""), nil
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

// WithoutSalts removes the driver's flags from the go command's. They are not used
// to compile anything but the user's packages.
func WithoutSalts(flags []string) []string {
	var users []string
	for _, f := range flags {
		value, isGcflags := strings.CutPrefix(f, "-gcflags=")
		_, flags, _ := strings.Cut(value, "=")
		words, err := gocmd.Split(flags)
		salted := err == nil && len(words) > 0 && strings.HasPrefix(words[len(words)-1], saltFlag)
		if isGcflags && (salted || strings.HasPrefix(value, mainPattern)) {
			continue
		}
		users = append(users, f)
	}
	return users
}
