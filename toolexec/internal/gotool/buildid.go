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
// "actionID/contentID" (cmd/internal/buildid: ReadFile). It returns "" if the
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

// WithBuildID returns an archive with another build ID, which must have the
// same length.
func WithBuildID(archive []byte, id string) ([]byte, bool) {
	own := buildIDIn(archive)
	if own == "" || len(own) != len(id) {
		return nil, false
	}
	return bytes.ReplaceAll(archive, []byte(own), []byte(id)), true
}

// ContentID returns the part of a build ID that identifies an archive's
// content.
func ContentID(buildID string) string { return buildID[strings.LastIndexByte(buildID, '/')+1:] }

// The go command uses a provisional archive or binary, but does not put it into
// its cache, because its build ID is not the one that was asked for
// (cmd/go/internal/work: updateBuildID). The next build makes it again.

// provisionalID begins the build IDs of provisional archives and binaries.
const provisionalID = "goat/unkept-"

// Provisional returns the arguments of compile or link that make the output
// provisional.
func (a Args) Provisional() Args {
	asked := a.Value("-buildid")
	if asked == "" { // -ldflags=-buildid=
		return a
	}
	// It is a digest because a binary's other IDs are derived from it.
	return a.Replace("-buildid", fmt.Sprintf("%s%x", provisionalID, sha256.Sum256([]byte(asked))))
}

// IsProvisional reports whether a build ID belongs to something provisional.
func IsProvisional(buildID string) bool { return strings.HasPrefix(buildID, provisionalID) }
