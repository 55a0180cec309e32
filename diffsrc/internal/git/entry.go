package git

import (
	"bytes"
	"strings"
)

const (
	ModeLink    = "120000"
	ModeGitlink = "160000"
)

// Entry is a record of git ls-tree or git ls-files.
type Entry struct {
	Tag  string // of ls-files -v: H, h, S, s, M, R, C, ?
	Mode string
	OID  string
	Path string

	cached fileState // the file on disk as the index knows it
	now    fileState // the file on disk as it is
}

// ParseEntry reads "<mode> <type> <oid>\t<path>".
func ParseEntry(record []byte) (Entry, bool) {
	head, name, ok := strings.Cut(string(record), "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 3 {
		return Entry{}, false
	}
	return Entry{Mode: fields[0], OID: fields[2], Path: name}, true
}

// ParseIndexEntry reads "<tag> <mode> <oid> <stage>\t<path>" or "? <path>".
func ParseIndexEntry(record []byte) (Entry, bool) {
	if name, ok := bytes.CutPrefix(record, []byte("? ")); ok {
		return Entry{Tag: "?", Path: string(name)}, true
	}
	head, name, ok := strings.Cut(string(record), "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 4 {
		return Entry{}, false
	}
	return Entry{Tag: fields[0], Mode: fields[1], OID: fields[2], Path: name}, true
}
