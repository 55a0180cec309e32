package gotool

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// headSize is how much of an archive holds the build ID.
const headSize = 1024

// ArchiveBuildID reads the build ID at the start of a package's archive:
// "actionID/contentID" (cmd/internal/buildid: ReadFile). It is "" where the
// archive has none.
func ArchiveBuildID(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("reading an imported package: %w", err)
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("reading an imported package: %w", err)
	}
	return buildIDIn(head[:n]), nil
}

func buildIDIn(archive []byte) string {
	_, rest, _ := bytes.Cut(archive[:min(len(archive), headSize)], []byte("\nbuild id \""))
	id, _, ok := bytes.Cut(rest, []byte("\"\n"))
	if !ok {
		return ""
	}
	return string(id)
}

// WithBuildID returns an archive with another build ID, which must be as long as
// its own.
func WithBuildID(archive []byte, id string) ([]byte, bool) {
	own := buildIDIn(archive)
	if own == "" || len(own) != len(id) {
		return nil, false
	}
	return bytes.ReplaceAll(archive, []byte(own), []byte(id)), true
}

// ContentID returns the part of a build ID that names what an archive holds.
func ContentID(buildID string) string { return buildID[strings.LastIndexByte(buildID, '/')+1:] }

// A provisional archive or binary is one that the go command uses and does not
// put into its cache: its build ID is not the one that was asked for
// (cmd/go/internal/work: updateBuildID). The next build makes it again.

// provisionalID begins the build IDs of what is provisional.
const provisionalID = "goat/unkept-"

// Provisional returns the arguments of compile or link with which the output is
// provisional.
func (a Args) Provisional() Args {
	asked := a.Value("-buildid")
	if asked == "" { // of -ldflags=-buildid=
		return a
	}
	// A digest, since a binary's other IDs are made of this one.
	return a.Replace("-buildid", fmt.Sprintf("%s%x", provisionalID, sha256.Sum256([]byte(asked))))
}

// IsProvisional reports whether a build ID is that of something provisional.
func IsProvisional(buildID string) bool { return strings.HasPrefix(buildID, provisionalID) }
