package fleet

import (
	"bytes"
	"context"
	"encoding/hex"
	"time"

	"github.com/goat-trace/goat/hub/report/profile"
)

// BlocksRow is a store's record of the block coverage of an instance that
// reports it as text, as goc's agents do.
type BlocksRow struct {
	Instance   string
	Release    string
	Generation int64  // grows with each write, from 1
	Digest     string // of which blocks there are and which ran
	File       string // key of the blob
	Size       int64  // of the blob, unpacked
	At         time.Time
}

// ParseBlocks parses a profile of goc's agents. In goc's watch mode they write
// "mode: cover", but count as in mode count.
func ParseBlocks(content []byte) (*profile.Profile, error) {
	if rest, ok := bytes.CutPrefix(content, []byte("mode: cover")); ok {
		content = append([]byte("mode: count"), rest...)
	}
	p, err := profile.Parse(content, profile.DefaultLimits)
	if err != nil {
		return nil, Errorf(Invalid, "%v", err)
	}
	return p, nil
}

// readBlocks returns the counts of all processes of an instance together.
func (f *Fleet) readBlocks(ctx context.Context, row *BlocksRow) (*profile.Profile, error) {
	earlier, last, err := f.twoBlocks(ctx, row)
	if err != nil {
		return nil, err
	}
	return together(earlier, last), nil
}

// twoBlocks reads an instance's blob: its last profile, and the counts of
// processes before it, if there are any.
func (f *Fleet) twoBlocks(ctx context.Context, row *BlocksRow) (earlier, last *profile.Profile, err error) {
	packed, err := f.blob(ctx, row.File)
	if err != nil {
		return nil, nil, err
	}
	content, err := unpack(bytes.NewReader(packed))
	if err != nil {
		return nil, nil, err
	}
	first := content
	if i := bytes.LastIndex(content, []byte("\nmode: ")); i >= 0 {
		if earlier, err = profile.Parse(content[i+1:], storedLimits); err != nil {
			return nil, nil, err
		}
		first = content[:i+1]
	}
	last, err = profile.Parse(first, storedLimits)
	return earlier, last, err
}

// storedLimits are the limits for profiles that were parsed before, and for
// merges of them.
var storedLimits = profile.Limits{Bytes: 1 << 30, Files: 10 * profile.DefaultLimits.Files, Blocks: 10 * profile.DefaultLimits.Blocks, Name: profile.DefaultLimits.Name}

func together(a, b *profile.Profile) *profile.Profile {
	if a == nil {
		return b
	}
	merged, _ := profile.Merge(a, b)
	return merged
}

// coveredDigest covers which blocks there are and which of them ran.
func coveredDigest(p *profile.Profile) string {
	sum := p.CoveredDigest()
	return hex.EncodeToString(sum[:])
}
