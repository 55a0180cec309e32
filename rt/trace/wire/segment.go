package wire

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Magic begins a segment.
const Magic = "GOATSEG\x02"

// HeadSize is the length of a segment's head in bytes.
const HeadSize = 72

// MaxBody bounds the events of one segment, in bytes.
const MaxBody = 1 << 26

// ErrSegment says that bytes are no whole segment.
var ErrSegment = errors.New("it is no whole segment")

// Head says what a segment holds.
type Head struct {
	Trace     uint64 // number in the run, from 1
	Goroutine uint64
	Number    uint64 // of the segment in its trace, from 1
	First     uint64 // number of its first step in the trace, from 1
	Steps     uint64
	Started   int64 // Unix nanoseconds when the segment began
	Length    uint32
	Sum       uint32 // CRC-32C over the head without it, and the body
	Run       uint64 // the first eight bytes of the run's id
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendSegment appends a segment: the head, completed, and its events.
func AppendSegment(b []byte, h Head, body []byte) []byte {
	start := len(b)
	b = append(b, Magic...)
	le := binary.LittleEndian
	for _, n := range []uint64{h.Run, h.Trace, h.Goroutine, h.Number, h.First, h.Steps, uint64(h.Started)} {
		b = le.AppendUint64(b, n)
	}
	b = le.AppendUint32(b, uint32(len(body)))
	sum := crc32.Update(crc32.Checksum(b[start:], castagnoli), castagnoli, body)
	b = le.AppendUint32(b, sum)
	return append(b, body...)
}

// ParseHead reads the head at the start of b. Whether the body fits it is Check's
// to say.
func ParseHead(b []byte) (Head, error) {
	if len(b) < HeadSize || string(b[:len(Magic)]) != Magic {
		return Head{}, ErrSegment
	}
	le := binary.LittleEndian
	at := func(i int) uint64 { return le.Uint64(b[len(Magic)+8*i:]) }
	h := Head{
		Run: at(0), Trace: at(1), Goroutine: at(2), Number: at(3), First: at(4), Steps: at(5), Started: int64(at(6)),
		Length: le.Uint32(b[HeadSize-8:]), Sum: le.Uint32(b[HeadSize-4:]),
	}
	if h.Length > MaxBody {
		return Head{}, ErrSegment
	}
	return h, nil
}

// Check reports whether a head and a body belong together and are whole. Head
// is the head's bytes.
func (h Head) Check(head, body []byte) bool {
	if len(head) < HeadSize || uint64(len(body)) != uint64(h.Length) {
		return false
	}
	return h.Sum == crc32.Update(crc32.Checksum(head[:HeadSize-4], castagnoli), castagnoli, body)
}
