package git

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/goat-trace/goat/internal/gofile"
)

// listGo lists the .go files that git tracks or does not know, and what
// findLayout needs. It does not use -m (modified files), because git would then
// run the filters that a repository configures.
var listGo = listing("-s", "-v", "-c", "-o")

// listing is the git command that lists .go files, go.mod files, attributes
// files and clones. Clones have a slash at the end.
func listing(flags ...string) []string {
	args := append([]string{"ls-files", "-z"}, flags...)
	return append(args, "--", ":(glob)**/*.go", ":(glob)**/go.mod", ":(glob)**/.gitattributes", ":(glob)**/")
}

// IndexTime returns when git wrote its index, in nanoseconds since 1970. A file
// of the same age or newer may have been written after it within the same tick
// of the clock.
func (r *Repository) IndexTime() int64 {
	info, err := os.Stat(r.index)
	if err != nil {
		return 0
	}
	return info.ModTime().UnixNano()
}

// ListWorkTree lists the files of listGo with their states in the index and on
// disk. The index's state comes from --debug, which adds lines after each file.
// If their format ever changes, files count as written. plain is git's answer
// without these lines.
func (r *Repository) ListWorkTree(ctx context.Context) (list []Entry, plain []byte, err error) {
	args := append([]string{listGo[0], "--debug"}, listGo[1:]...)
	out, err := r.Git.Fixed().Run(ctx, nil, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("listing the work tree %s: %w", r.Top, err)
	}
	for record := range bytes.SplitSeq(out, []byte{0}) {
		for bytes.HasPrefix(record, []byte("  ")) {
			var line []byte
			line, record, _ = bytes.Cut(record, []byte{'\n'})
			if len(list) > 0 {
				list[len(list)-1].cached.note(string(line))
			}
		}
		if len(record) == 0 {
			continue
		}
		plain = append(append(plain, record...), 0)
		if e, ok := ParseIndexEntry(record); ok {
			list = append(list, e)
		}
	}
	r.look(list)
	r.noteWorkTree(list, plain)
	return list, plain, nil
}

// noteWorkTree notes the answer to listGo and the states of the tracked files.
// If a file was written just now, it also notes the content, because the file
// may be written again in the same tick of the clock.
func (r *Repository) noteWorkTree(list []Entry, answer []byte) {
	if r.Git.Witness == nil {
		return
	}
	r.Git.note(Question{Args: listGo, States: statesOf(list)}, answer, nil)
	now := time.Now().UnixNano()
	for _, e := range list {
		tick := tickOf(e.now.mtime)
		if e.now.known && e.now.mtime > now-tick || e.Tag == "?" && path.Base(e.Path) == ".gitattributes" {
			r.Git.Witness.Saw(r.Absolute(e.Path))
		}
	}
}

// tickOf returns a time longer than one tick of the clock by which the file
// system dates files. Some file systems count in seconds, or in steps of two
// seconds.
func tickOf(mtime int64) int64 {
	if mtime%int64(time.Second) == 0 {
		return int64(3 * time.Second)
	}
	return int64(100 * time.Millisecond)
}

// Untracked returns the .go files, go.mod files and clones that git does not
// track and does not ignore, clones with a slash at the end.
func (r *Repository) Untracked(ctx context.Context) ([]string, error) {
	out, err := r.Git.Run(ctx, nil, listing("-o", "--exclude-standard")...)
	if err != nil {
		return nil, fmt.Errorf("listing the untracked files of %s: %w", r.Top, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
}

// Gitlinks returns the paths of the index's submodules.
func (r *Repository) Gitlinks(ctx context.Context) ([]string, error) {
	g := r.Git
	g.only = ModeGitlink + " "
	out, err := g.Run(ctx, nil, "ls-files", "-z", "-s")
	if err != nil {
		return nil, fmt.Errorf("listing the submodules of %s: %w", r.Top, err)
	}
	var names []string
	for record := range bytes.SplitSeq(out, []byte{0}) { // in the format of ls-tree
		if e, ok := ParseEntry(record); ok && e.Mode == ModeGitlink {
			names = append(names, e.Path)
		}
	}
	return names, nil
}

// IsBlob reports whether a file's bytes are those of its blob in the index,
// except for line ends and ident. Like git, it does not read a file that was
// not written since the index was. If git converts the file in a way that goat
// does not, the index says nothing about the bytes, so it always reads the
// file.
func (r *Repository) IsBlob(e Entry, index int64, attr Attributes) bool {
	if !e.now.known {
		return false
	}
	cached := e.cached
	if e.now.ctime == 0 { // unknown on this system
		cached.ctime, cached.ino = 0, 0
	}
	if cached == e.now && e.now.mtime < index && !attr.Foreign() {
		return true
	}
	content, err := gofile.Read(r.Absolute(e.Path))
	if err != nil || content == nil {
		return false
	}
	if attr.Ident {
		content = CollapseIdent(content)
	}
	if r.BlobName(content) == e.OID {
		return true
	}
	lines := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	return len(lines) < len(content) && r.BlobName(lines) == e.OID
}

// BlobName returns git's hash of a file with this content.
func (r *Repository) BlobName(content []byte) string {
	var h hash.Hash
	if r.Format == "sha256" {
		h = sha256.New()
	} else {
		h = sha1.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// look fills in the states on disk of the tracked files of a listing.
func (r *Repository) look(list []Entry) {
	var group errgroup.Group
	part := len(list)/runtime.GOMAXPROCS(0) + 1
	for part := range slices.Chunk(list, part) {
		group.Go(func() error {
			for i := range part {
				if part[i].Tag != "?" {
					part[i].now = stateOf(r.Absolute(part[i].Path))
				}
			}
			return nil
		})
	}
	_ = group.Wait() // it returns no errors
}

// statesOf returns the states on disk of the tracked files of a listing.
func statesOf(list []Entry) string {
	var b strings.Builder
	for _, e := range list {
		if e.Tag != "?" {
			b.WriteString(e.now.digest())
		}
	}
	return b.String()
}

// sameStates reports whether the tracked files of an unchanged listing still
// have the states that statesOf returned, or the content that the index names.
// noted reports files whose content was noted instead.
func sameStates(dir, states string, listing []byte, noted func(path string) bool) bool {
	r := &Repository{Top: dir}
	var list []Entry
	for record := range bytes.SplitSeq(listing, []byte{0}) {
		if e, ok := ParseIndexEntry(record); ok && e.Tag != "?" {
			list = append(list, e)
		}
	}
	if len(states) != len(list)*stateLength {
		return false
	}
	r.look(list)
	for i, e := range list {
		if e.now.digest() == states[i*stateLength:(i+1)*stateLength] || noted(r.Absolute(e.Path)) {
			continue
		}
		if r.Format = formatOf(e.OID); !r.IsBlob(e, 0, Attributes{Ident: true}) {
			return false
		}
	}
	return true
}

func formatOf(oid string) string {
	if len(oid) == HashLength("sha256") {
		return "sha256"
	}
	return "sha1"
}
