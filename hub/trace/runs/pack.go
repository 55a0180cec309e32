package runs

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/goat-trace/goat/rt/trace/wire"
)

// packer packs events. Its methods may be called at once.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

var newPacker = sync.OnceValues(func() (*packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false)) // segments have sums
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(wire.MaxBody+1<<20), zstd.WithDecoderConcurrency(0))
	return &packer{encoder, decoder}, err
})

func (p *packer) pack(events []byte) []byte { return p.encoder.EncodeAll(events, nil) }

// unpack returns a segment's events and checks them against its head.
func (p *packer) unpack(h wire.Head, content []byte) ([]byte, error) {
	events, err := p.decoder.DecodeAll(content, make([]byte, 0, h.Length))
	if err != nil {
		return nil, fmt.Errorf("unpacking segment %d of trace %d: %w", h.Number, h.Trace, err)
	}
	if !h.Check(headBytes(h), events) {
		return nil, fmt.Errorf("segment %d of trace %d: its sum is not that of its events: %w", h.Number, h.Trace, wire.ErrSegment)
	}
	return events, nil
}

// headBytes is the head as the recorder wrote it.
func headBytes(h wire.Head) []byte {
	b := wire.AppendSegment(make([]byte, 0, wire.HeadSize), h, nil)
	le := b[wire.HeadSize-8:]
	for i := range 4 {
		le[i] = byte(h.Length >> (8 * i))
	}
	return b
}
