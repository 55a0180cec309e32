package session

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"strings"
)

// headSize is how much of a program is searched for its build ID.
const headSize = 64 << 10

// ToolID is the ProgramID of the running program. It keeps versions of goat
// that insert different code from sharing cached packages.
func ToolID() string {
	exe, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	return ProgramID(exe)
}

// ProgramID identifies a program's code by its Go build ID, which is a digest
// of everything that went into it, or by a digest of the file if it has none.
// It is "unknown" for a file that cannot be read.
func ProgramID(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, _ := io.ReadFull(f, head)
	if id := buildID(head[:n]); id != "" {
		return id
	}
	h := sha256.New()
	h.Write(head[:n])
	if _, err := io.Copy(h, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(h.Sum(nil))
}

// buildID finds the build ID in an ELF note or at the start of the text segment
// (cmd/internal/buildid: readELF, readRaw).
func buildID(head []byte) string {
	if id := elfBuildID(head); id != "" {
		return id
	}
	_, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: \""))
	if !ok {
		return ""
	}
	id, _, ok := bytes.Cut(rest, []byte("\"\n \xff"))
	if !ok {
		return ""
	}
	return string(id)
}

// elfBuildID finds the note with the name "Go" and type 4. A note begins with
// three 32-bit numbers: the lengths of its name and text, and its type.
func elfBuildID(head []byte) string {
	if !bytes.HasPrefix(head, []byte("\x7fELF")) {
		return ""
	}
	var order binary.ByteOrder = binary.LittleEndian
	if len(head) > 5 && head[5] == 2 {
		order = binary.BigEndian
	}
	for at := 0; ; at++ {
		i := bytes.Index(head[at:], []byte("Go\x00\x00"))
		if i < 0 {
			return ""
		}
		at += i
		if at < 12 || order.Uint32(head[at-12:]) != 4 || order.Uint32(head[at-4:]) != 4 {
			continue
		}
		id := head[at+4:]
		if size := order.Uint32(head[at-8:]); uint64(size) <= uint64(len(id)) {
			return strings.TrimRight(string(id[:size]), "\x00")
		}
	}
}
