package diffsrc

import (
	"bytes"
	"strings"
)

const (
	modeLink    = "120000"
	modeGitlink = "160000"
)

// entry is a record of git ls-tree or git ls-files.
type entry struct {
	tag  string // ls-files -v: H, h, S, s, M, R, C, ?
	mode string
	oid  string
	path string

	cached fileState // what the index knows of the file on disk
	now    fileState // how it stands there
}

// parseEntry reads "<mode> <type> <oid>\t<path>".
func parseEntry(record []byte) (entry, bool) {
	head, name, ok := strings.Cut(string(record), "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 3 {
		return entry{}, false
	}
	return entry{mode: fields[0], oid: fields[2], path: name}, true
}

// parseIndexEntry reads "<tag> <mode> <oid> <stage>\t<path>" or "? <path>".
func parseIndexEntry(record []byte) (entry, bool) {
	if name, ok := bytes.CutPrefix(record, []byte("? ")); ok {
		return entry{tag: "?", path: string(name)}, true
	}
	head, name, ok := strings.Cut(string(record), "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 4 {
		return entry{}, false
	}
	return entry{tag: fields[0], mode: fields[1], oid: fields[2], path: name}, true
}
