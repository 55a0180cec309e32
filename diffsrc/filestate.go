package diffsrc

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// fileState is what tells a file that has been written from one that has not,
// without reading it: what lstat says, as git's index keeps it.
type fileState struct {
	known        bool  // false for no regular file
	mtime, ctime int64 // nanoseconds since 1970; ctime is 0 where the system has none
	ino, size    uint32
}

// stateOf looks at a file.
func stateOf(path string) fileState {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return fileState{}
	}
	s := fileState{known: true, mtime: info.ModTime().UnixNano(), size: uint32(info.Size())}
	s.ctime, s.ino = changeTime(info)
	return s
}

// indexTime returns when git wrote its index, in nanoseconds since 1970. A file
// that is as old or younger may have been written again since, in the same
// tick of the clock.
func indexTime(index string) int64 {
	info, err := os.Stat(index)
	if err != nil {
		return 0
	}
	return info.ModTime().UnixNano()
}

// listWorkTree lists the files of listGo with their states in the index and on
// disk. --debug adds what git keeps of a file, in lines behind it; its format
// may change, and then a file counts as written. plain is git's answer without.
func (r *repository) listWorkTree(ctx context.Context) (list []entry, plain []byte, err error) {
	args := append([]string{listGo[0], "--debug"}, listGo[1:]...)
	out, err := r.git.fixed().run(ctx, nil, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("listing the work tree %s: %w", r.top, err)
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
		if e, ok := parseIndexEntry(record); ok {
			list = append(list, e)
		}
	}
	r.look(list)
	r.git.witness.askedWorkTree(r.git, list, plain)
	return list, plain, nil
}

// note reads a line of ls-files --debug.
func (s *fileState) note(line string) {
	for field := range strings.SplitSeq(line, "\t") {
		name, value, ok := strings.Cut(strings.TrimSpace(field), ": ")
		if !ok {
			continue
		}
		switch name {
		case "mtime":
			s.mtime, s.known = parseTime(value)
		case "ctime":
			s.ctime, _ = parseTime(value)
		case "ino":
			n, _ := strconv.ParseUint(value, 10, 32)
			s.ino = uint32(n)
		case "size":
			n, _ := strconv.ParseUint(value, 10, 32)
			s.size = uint32(n)
		}
	}
}

// parseTime reads "SECONDS:NANOSECONDS".
func parseTime(s string) (int64, bool) {
	seconds, nanos, ok := strings.Cut(s, ":")
	a, err := strconv.ParseInt(seconds, 10, 64)
	b, err2 := strconv.ParseInt(nanos, 10, 64)
	return a*int64(time.Second) + b, ok && err == nil && err2 == nil
}

// isBlob reports whether a file's bytes are those of its blob in the index,
// line ends and ident aside. As in git, a file that has not been written since
// the index was is not read. Where git converts in a way that is not followed
// here, the index does not say which bytes the file has: it is always read.
func (r *repository) isBlob(e entry, index int64, attr attributes) bool {
	if !e.now.known {
		return false
	}
	cached := e.cached
	if e.now.ctime == 0 { // not known here
		cached.ctime, cached.ino = 0, 0
	}
	if cached == e.now && e.now.mtime < index && !attr.foreign() {
		return true
	}
	content, err := readSource(r.absolute(e.path))
	if err != nil || content == nil {
		return false
	}
	if attr.ident {
		content = collapseIdent(content)
	}
	if r.blobName(content) == e.oid {
		return true
	}
	lines := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	return len(lines) < len(content) && r.blobName(lines) == e.oid
}

// blobName is git's name of an object.
func (r *repository) blobName(content []byte) string {
	var h hash.Hash
	if r.format == "sha256" {
		h = sha256.New()
	} else {
		h = sha1.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// digest returns the state in stateLength letters.
func (s fileState) digest() string {
	var known uint32
	if s.known {
		known = 1
	}
	sum := uint64(14695981039346656037) // FNV-1a, of numbers in place of bytes
	for _, n := range [...]uint64{uint64(s.mtime), uint64(s.ctime), uint64(s.ino)<<32 | uint64(s.size), uint64(known)} {
		for range 8 {
			sum = (sum ^ n&0xff) * 1099511628211
			n >>= 8
		}
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], sum)
	return hex.EncodeToString(b[:])
}

const stateLength = 16

// look fills in how the tracked files of a listing stand on disk.
func (r *repository) look(list []entry) {
	var group errgroup.Group
	part := len(list)/runtime.GOMAXPROCS(0) + 1
	for part := range slices.Chunk(list, part) {
		group.Go(func() error {
			for i := range part {
				if part[i].tag != "?" {
					part[i].now = stateOf(r.absolute(part[i].path))
				}
			}
			return nil
		})
	}
	_ = group.Wait() // there are no errors
}

// statesOf describes how the tracked files of a listing stand on disk.
func statesOf(list []entry) string {
	var b strings.Builder
	for _, e := range list {
		if e.tag != "?" {
			b.WriteString(e.now.digest())
		}
	}
	return b.String()
}

// sameStates reports whether the tracked files of a listing, which is as it
// was, stand as statesOf has described them, or hold what the index says. noted
// says which files are known by their content.
func sameStates(dir, states string, listing []byte, noted func(path string) bool) bool {
	r := &repository{top: dir}
	var list []entry
	for record := range bytes.SplitSeq(listing, []byte{0}) {
		if e, ok := parseIndexEntry(record); ok && e.tag != "?" {
			list = append(list, e)
		}
	}
	if len(states) != len(list)*stateLength {
		return false
	}
	r.look(list)
	for i, e := range list {
		if e.now.digest() == states[i*stateLength:(i+1)*stateLength] || noted(r.absolute(e.path)) {
			continue
		}
		if r.format = formatOf(e.oid); !r.isBlob(e, 0, attributes{ident: true}) {
			return false
		}
	}
	return true
}

func formatOf(oid string) string {
	if len(oid) == hashLength("sha256") {
		return "sha256"
	}
	return "sha1"
}
