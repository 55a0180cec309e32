package gotool

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// This file is everything that goat knows about the toolchain's object files
// (cmd/internal/goobj, cmd/internal/archive): where an object keeps its
// fingerprint and those of its imports, and what else the linker compares.

// Fingerprint is the digest of a package's export data. The linker requires
// that an object has the fingerprint that its importers recorded.
type Fingerprint [8]byte

const (
	archiveMagic = "!<arch>\n"
	entryHeader  = 60 // length of an archive entry's header, with the size at 48..58
	objectMagic  = "\x00go120ld"
)

// ErrObjectFormat says that goat does not know an archive's format.
var ErrObjectFormat = errors.New("not the object format that this goat knows")

// goObject returns the first Go object in an archive, as a slice of it.
func goObject(archive []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(archive, []byte(archiveMagic))
	if !ok {
		return nil, ErrObjectFormat
	}
	for len(rest) >= entryHeader {
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[48:58])))
		if err != nil || size < 0 || size > len(rest)-entryHeader {
			return nil, ErrObjectFormat
		}
		name := strings.TrimSpace(string(rest[:16]))
		body := rest[entryHeader : entryHeader+size]
		// The object follows its text header, "go object … \n!\n".
		if _, object, ok := bytes.Cut(body, []byte("\n!\n")); ok && name != "__.PKGDEF" && bytes.HasPrefix(object, []byte(objectMagic)) {
			return object, nil
		}
		rest = rest[min(entryHeader+size+size%2, len(rest)):]
	}
	return nil, ErrObjectFormat
}

// ObjectHead is what the linker requires to be the same in all objects, or to
// fit together.
type ObjectHead struct {
	Toolchain   string // system, architecture, release and experiments, as the compiler writes them
	Shared      bool   // compiled for position-independent code: -shared or -dynlink
	Fingerprint Fingerprint
	Imports     map[string]Fingerprint // by import path, as they were when this object was compiled
}

// ReadObjectHead reads the first Go object of an archive. It reads as little as
// possible, because link calls it for some hundred archives.
func ReadObjectHead(file string) (ObjectHead, error) {
	f, err := os.Open(file)
	if err != nil {
		return ObjectHead{}, fmt.Errorf("reading an archive: %w", err)
	}
	defer f.Close()
	h, err := objectHeadOf(f)
	if err != nil {
		return ObjectHead{}, fmt.Errorf("reading the archive %s: %w", file, err)
	}
	return h, nil
}

func objectHeadOf(archive io.ReaderAt) (ObjectHead, error) {
	object, text, err := findObject(archive)
	if err != nil {
		return ObjectHead{}, err
	}
	const size = len(objectMagic) + len(Fingerprint{}) + 4 + 8
	head := make([]byte, size) // magic, fingerprint, flags, start and end of the imports
	if _, err := archive.ReadAt(head, object); err != nil || !bytes.HasPrefix(head, []byte(objectMagic)) {
		return ObjectHead{}, ErrObjectFormat
	}
	h := ObjectHead{Toolchain: text, Imports: make(map[string]Fingerprint)}
	rest := head[len(objectMagic):]
	rest = rest[copy(h.Fingerprint[:], rest):]
	const flagShared = 1 // goobj.ObjFlagShared
	h.Shared = binary.LittleEndian.Uint32(rest)&flagShared != 0
	first, end := binary.LittleEndian.Uint32(rest[4:]), binary.LittleEndian.Uint32(rest[8:])
	if first > end || end-first > 1<<24 {
		return ObjectHead{}, ErrObjectFormat
	}
	table := make([]byte, end-first)
	if _, err := archive.ReadAt(table, object+int64(first)); err != nil {
		return ObjectHead{}, ErrObjectFormat
	}
	for ; len(table) >= 16; table = table[16:] {
		path := make([]byte, min(binary.LittleEndian.Uint32(table), 1<<16))
		if _, err := archive.ReadAt(path, object+int64(binary.LittleEndian.Uint32(table[4:]))); err != nil {
			return ObjectHead{}, ErrObjectFormat
		}
		h.Imports[string(path)] = Fingerprint(table[8:16])
	}
	return h, nil
}

// findObject returns where the first Go object of an archive begins, and the
// first line of the text before it, "go object …". That text also holds what
// cgo tells the linker, and ends with a line "!".
func findObject(archive io.ReaderAt) (int64, string, error) {
	const end = "\n!\n"
	magic := make([]byte, len(archiveMagic))
	if _, err := archive.ReadAt(magic, 0); err != nil || string(magic) != archiveMagic {
		return 0, "", ErrObjectFormat
	}
	at := int64(len(archiveMagic))
	for {
		head := make([]byte, entryHeader+1024)
		n, err := archive.ReadAt(head, at)
		if n <= entryHeader || err != nil && !errors.Is(err, io.EOF) {
			return 0, "", ErrObjectFormat
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(head[48:58])), 10, 64)
		if err != nil || size < 0 {
			return 0, "", ErrObjectFormat
		}
		name, body := strings.TrimSpace(string(head[:16])), head[entryHeader:n]
		line, isGo := bytes.CutPrefix(body, []byte("go object "))
		if !isGo || name == "__.PKGDEF" {
			at += entryHeader + size + size%2
			continue
		}
		line, _, _ = bytes.Cut(line, []byte("\n"))
		stop := bytes.Index(body, []byte(end))
		if stop < 0 {
			if body, err = io.ReadAll(io.NewSectionReader(archive, at+entryHeader, size)); err != nil {
				return 0, "", ErrObjectFormat
			}
			stop = bytes.Index(body, []byte(end))
		}
		if stop < 0 {
			return 0, "", ErrObjectFormat
		}
		return at + entryHeader + int64(stop+len(end)), string(line), nil
	}
}

// SetFingerprint changes the fingerprint of an archive's object in place.
func SetFingerprint(archive []byte, fp Fingerprint) error {
	object, err := goObject(archive)
	if err != nil {
		return fmt.Errorf("setting a fingerprint: %w", err)
	}
	copy(object[len(objectMagic):], fp[:])
	return nil
}
