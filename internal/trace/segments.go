package trace

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// place is where a whole segment is.
type place struct {
	file   int // index among the run's segment files
	offset int64
	head   wire.Head
}

// Damage is a part of a file that is not a whole segment.
type Damage struct {
	File   string
	Offset int64
	Bytes  int64
}

func (d Damage) String() string {
	return fmt.Sprintf("%s: %d bytes at %d are no whole segment", d.File, d.Bytes, d.Offset)
}

// scan finds the whole segments of a file and calls f with each. Everything between
// them is damage. It holds at most one segment in memory.
func scan(name string, f func(offset int64, head wire.Head)) ([]Damage, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening a file of segments: %w", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	s := scanner{r: bufio.NewReaderSize(file, 64<<10), file: name}
	for {
		offset := s.offset
		head, err := s.segment()
		switch {
		case err == nil:
			s.settle(offset)
			f(offset, head)
		case errors.Is(err, io.EOF):
			s.settle(s.offset)
			return s.damage, nil
		case errors.Is(err, wire.ErrSegment):
			if err := s.reset(file, offset+1); err != nil {
				return s.damage, err
			}
			if err := s.skip(); err != nil && !errors.Is(err, io.EOF) {
				return s.damage, err
			}
		default:
			return s.damage, fmt.Errorf("reading %s: %w", name, err)
		}
	}
}

// scanner is the state of scan.
type scanner struct {
	r      *bufio.Reader
	file   string
	offset int64
	good   int64 // the end of the last whole segment
	damage []Damage
	body   []byte
}

// settle notes the damage between the last whole segment and the next.
func (s *scanner) settle(next int64) {
	if next > s.good {
		s.damage = append(s.damage, Damage{s.file, s.good, next - s.good})
	}
	s.good = s.offset
}

func (s *scanner) reset(file io.ReadSeeker, offset int64) error {
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	s.r.Reset(file)
	s.offset = offset
	return nil
}

// segment reads a segment and checks its sum.
func (s *scanner) segment() (wire.Head, error) {
	head, err := s.r.Peek(wire.HeadSize)
	if len(head) == 0 && errors.Is(err, io.EOF) {
		return wire.Head{}, io.EOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return wire.Head{}, err
	}
	h, err := wire.ParseHead(head)
	if err != nil {
		return h, err
	}
	head = bytes.Clone(head)
	_, _ = s.r.Discard(wire.HeadSize) // the head has been read already
	s.offset += wire.HeadSize
	if s.body, err = readFull(s.r, s.body, int(h.Length)); err != nil {
		return h, wire.ErrSegment
	}
	s.offset += int64(h.Length)
	if !h.Check(head, s.body) {
		return h, wire.ErrSegment
	}
	return h, nil
}

// readFull reads n bytes and grows its buffer as they come, so a forged length
// costs no more memory than the file has bytes.
func readFull(r io.Reader, buf []byte, n int) ([]byte, error) {
	buf = buf[:0]
	for len(buf) < n {
		more := min(n-len(buf), 1<<20)
		start := len(buf)
		buf = append(buf, make([]byte, more)...)
		if _, err := io.ReadFull(r, buf[start:]); err != nil {
			return nil, err
		}
	}
	return buf, nil
}

// skip moves to where the next segment may begin.
func (s *scanner) skip() error {
	for {
		b, err := s.r.Peek(len(wire.Magic))
		if len(b) < len(wire.Magic) {
			n, _ := s.r.Discard(len(b))
			s.offset += int64(n)
			return err
		}
		if string(b) == wire.Magic {
			return nil
		}
		step := len(wire.Magic)
		if buffered, _ := s.r.Peek(s.r.Buffered()); len(buffered) > step {
			if i := bytes.Index(buffered, []byte(wire.Magic)); i >= 0 {
				step = i
			} else {
				step = len(buffered) - len(wire.Magic) + 1
			}
		} else {
			step = 1
		}
		n, err := s.r.Discard(step)
		s.offset += int64(n)
		if err != nil {
			return err
		}
	}
}

// read returns the events of a segment, after checking it again.
func (p place) read(file io.ReaderAt) ([]byte, error) {
	data := make([]byte, wire.HeadSize+int(p.head.Length))
	if _, err := file.ReadAt(data, p.offset); err != nil {
		return nil, fmt.Errorf("reading a segment: %w", err)
	}
	if !p.head.Check(data[:wire.HeadSize], data[wire.HeadSize:]) {
		return nil, wire.ErrSegment
	}
	return data[wire.HeadSize:], nil
}
