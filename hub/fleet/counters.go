package fleet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// MaxCounters is the largest size of Go's coverage meta-data, and of counters,
// in bytes.
const MaxCounters = 64 << 20

// AddCovmeta stores the coverage meta-data of a build. Adding it again changes
// nothing.
func (f *Fleet) AddCovmeta(ctx context.Context, digest string, content []byte) error {
	if !isHex(digest, 64) {
		return Errorf(Invalid, "%.80q is no digest; it has to be a SHA-256 in 64 lower-case hexadecimal digits", digest)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != digest {
		return Errorf(DigestMismatch, "the body's SHA-256 is %x, the path names %s; send the bytes that the digest was made of", sum, digest)
	}
	if err := f.blobs.Put(ctx, covmetaKey(digest), bytes.NewReader(content)); err != nil {
		return fmt.Errorf("keeping the coverage meta-data %s: %w", digest, err)
	}
	return f.store.AddCovmeta(ctx, digest, int64(len(content)))
}

// AddCounters stores an instance's counters in place of the ones before. It
// also counts as a sign of life, as a push does.
func (f *Fleet) AddCounters(ctx context.Context, instance, covmeta string, content []byte) (Answer, error) {
	if !isHex(instance, 32) {
		return Answer{}, Errorf(UnknownInstance, "no instance has the id %.40q; register it", instance)
	}
	if !isHex(covmeta, 64) {
		return Answer{}, Errorf(Invalid, "Goat-Covmeta is %.80q; it has to be the digest of the meta-data", covmeta)
	}
	standing, err := f.store.Push(ctx, &Push{Instance: instance, Lease: f.lease})
	if err != nil {
		return Answer{}, err
	}
	if err := f.blobs.Put(ctx, countersKey(instance), bytes.NewReader(content)); err != nil {
		return Answer{}, fmt.Errorf("keeping the counters of instance %s: %w", instance, err)
	}
	row := Counters{Instance: instance, Covmeta: covmeta, Size: int64(len(content))}
	if err := f.store.AddCounters(ctx, row); err != nil {
		return Answer{}, err
	}
	return f.answer(instance, standing), nil
}

// Counters returns the record of an instance's counters, their bytes, and the
// bytes of their meta-data.
func (f *Fleet) Counters(ctx context.Context, instance string) (c Counters, meta, counters []byte, err error) {
	if c, err = f.store.Counters(ctx, instance); err != nil {
		return c, nil, nil, err
	}
	if meta, err = f.blob(ctx, covmetaKey(c.Covmeta)); err != nil {
		return c, nil, nil, err
	}
	counters, err = f.blob(ctx, countersKey(instance))
	return c, meta, counters, err
}

func (f *Fleet) blob(ctx context.Context, key string) ([]byte, error) { return read(ctx, f.blobs, key) }

func read(ctx context.Context, from Blobs, key string) ([]byte, error) {
	r, err := from.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func covmetaKey(digest string) string    { return "covmeta/" + digest }
func countersKey(instance string) string { return "counters/" + instance }
