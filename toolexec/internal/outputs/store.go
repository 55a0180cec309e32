package outputs

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"time"

	"github.com/goat-trace/goat/internal/cache"
)

// store is a directory of entries. Each key has one entry, a file with a
// checksum that holds all outputs of one run of a tool. Concurrent builds share
// a store without locks, because an entry appears atomically. The checksum
// detects damage by the disk. internal/cache makes sure that nobody else can
// write to the store, and removes old entries.
type store struct{ dir string }

// magic begins each entry. After it come the checksum of the key and the rest,
// the number of outputs and their lengths (big-endian), and the outputs.
const magic = "goat kept 2\n"

const (
	numberSize = 8
	sumSize    = 4
)

// table is a function and not a variable, because filling it takes longer than
// everything else that goat-exec does before main, and most processes do not
// need it.
func table() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// get returns the outputs of a key and marks them as used. It removes a damaged
// entry.
func (s store) get(key string) ([][]byte, bool) {
	file := s.file(key)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	outputs, ok := decode(key, data)
	if !ok {
		os.Remove(file)
		return nil, false
	}
	s.use(file)
	return outputs, true
}

// put stores outputs under a key, which is a hex digest.
func (s store) put(key string, outputs ...[]byte) error {
	return cache.WriteFile(s.file(key), append([][]byte{header(key, outputs)}, outputs...)...)
}

func (s store) file(key string) string { return filepath.Join(s.dir, key[:2], key) }

// useStep is how old a mark of use may get before it is renewed, so that a
// build need not write to each entry that it reads.
const useStep = time.Hour

func (s store) use(file string) {
	now := time.Now()
	if info, err := os.Stat(file); err == nil && now.Sub(info.ModTime()) > useStep {
		os.Chtimes(file, now, now)
	}
}

func header(key string, outputs [][]byte) []byte {
	body := binary.BigEndian.AppendUint64(nil, uint64(len(outputs)))
	for _, output := range outputs {
		body = binary.BigEndian.AppendUint64(body, uint64(len(output)))
	}
	sum := crc32.Update(crc32.Checksum([]byte(key), table()), table(), body)
	for _, output := range outputs {
		sum = crc32.Update(sum, table(), output)
	}
	return append(binary.BigEndian.AppendUint32([]byte(magic), sum), body...)
}

func decode(key string, data []byte) ([][]byte, bool) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < sumSize+numberSize {
		return nil, false
	}
	sum, rest := binary.BigEndian.Uint32(rest), rest[sumSize:]
	if crc32.Update(crc32.Checksum([]byte(key), table()), table(), rest) != sum {
		return nil, false
	}
	count := binary.BigEndian.Uint64(rest)
	sizes := rest[numberSize:]
	if count > uint64(len(sizes)/numberSize) {
		return nil, false
	}
	body := sizes[count*numberSize:]
	outputs := make([][]byte, count)
	for i := range outputs {
		size := binary.BigEndian.Uint64(sizes[i*numberSize:])
		if size > uint64(len(body)) {
			return nil, false
		}
		outputs[i], body = body[:size:size], body[size:]
	}
	return outputs, len(body) == 0
}
