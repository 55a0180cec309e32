package toolexec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// This file is all that goat knows of the toolchain's object files
// (cmd/internal/goobj, cmd/internal/archive): where an object keeps its
// fingerprint and those of the packages that it imports.

// fingerprint is the digest of a package's export data. The linker demands
// that an object's equals what its importers have seen.
type fingerprint [8]byte

const (
	archiveMagic = "!<arch>\n"
	entryHeader  = 60 // bytes of an archive entry's header; its size stands at 48..58
	objectMagic  = "\x00go120ld"
)

var errObjectFormat = errors.New("not the object format that this goat knows")

// goObject returns the first Go object in an archive, as a part of it.
func goObject(archive []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(archive, []byte(archiveMagic))
	if !ok {
		return nil, errObjectFormat
	}
	for len(rest) >= entryHeader {
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[48:58])))
		if err != nil || size < 0 || size > len(rest)-entryHeader {
			return nil, errObjectFormat
		}
		name := strings.TrimSpace(string(rest[:16]))
		body := rest[entryHeader : entryHeader+size]
		// The object follows its text header, "go object … \n!\n".
		if _, object, ok := bytes.Cut(body, []byte("\n!\n")); ok && name != "__.PKGDEF" && bytes.HasPrefix(object, []byte(objectMagic)) {
			return object, nil
		}
		rest = rest[min(entryHeader+size+size%2, len(rest)):]
	}
	return nil, errObjectFormat
}

// importedFingerprint returns the fingerprint that an archive's object expects
// of a package that it imports; ok is false when it does not import it.
func importedFingerprint(archive []byte, path string) (fp fingerprint, ok bool, err error) {
	object, err := goObject(archive)
	if err != nil {
		return fp, false, err
	}
	const offsets = len(objectMagic) + len(fp) + 4
	if len(object) < offsets+8 {
		return fp, false, errObjectFormat
	}
	first := binary.LittleEndian.Uint32(object[offsets:])
	end := binary.LittleEndian.Uint32(object[offsets+4:])
	if first > end || int(end) > len(object) {
		return fp, false, errObjectFormat
	}
	for table := object[first:end]; len(table) >= 16; table = table[16:] {
		length := uint64(binary.LittleEndian.Uint32(table))
		start := uint64(binary.LittleEndian.Uint32(table[4:]))
		if start+length > uint64(len(object)) {
			return fp, false, errObjectFormat
		}
		if string(object[start:start+length]) == path {
			copy(fp[:], table[8:16])
			return fp, true, nil
		}
	}
	return fp, false, nil
}

// setFingerprint gives an archive's object another fingerprint, in place.
func setFingerprint(archive []byte, fp fingerprint) error {
	object, err := goObject(archive)
	if err != nil {
		return fmt.Errorf("setting a fingerprint: %w", err)
	}
	copy(object[len(objectMagic):], fp[:])
	return nil
}
