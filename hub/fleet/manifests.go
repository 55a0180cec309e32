package fleet

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// AddManifest stores a build's manifest and returns its number of points. The
// document must have the digest and be a valid manifest. Adding it again
// changes nothing.
func (f *Fleet) AddManifest(ctx context.Context, digest string, document []byte) (points int, err error) {
	if !isHex(digest, 64) {
		return 0, Errorf(Invalid, "%.80q is no digest; it has to be a SHA-256 in 64 lower-case hexadecimal digits", digest)
	}
	if len(document) > MaxManifest {
		return 0, Errorf(TooLarge, "the manifest has more than %d bytes", MaxManifest)
	}
	if sum := sha256.Sum256(document); hex.EncodeToString(sum[:]) != digest {
		return 0, Errorf(DigestMismatch, "the body's SHA-256 is %x, the path names %s; send the bytes that the digest was made of", sum, digest)
	}
	m, err := parseManifest(document)
	if err != nil {
		return 0, err
	}
	if err := f.blobs.Put(ctx, manifestKey(digest), pack(document)); err != nil {
		return 0, fmt.Errorf("keeping manifest %s: %w", digest, err)
	}
	row := ManifestRow{Digest: digest, Points: m.Len(), Size: int64(len(document))}
	if err := f.store.AddManifest(ctx, row); err != nil {
		return 0, err
	}
	return row.Points, nil
}

// Manifest returns a manifest. It is shared, so callers must not change it.
func (f *Fleet) Manifest(ctx context.Context, digest string) (*Manifest, error) {
	if m := f.manifests.get(digest); m != nil {
		return m, nil
	}
	packed, err := f.blobs.Get(ctx, manifestKey(digest))
	if errors.Is(err, NotFound) {
		return nil, errors.Join(Errorf(NotFound, "the manifest %s has not arrived", digest), f.store.ForgetManifest(ctx, digest))
	}
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	document, err := unpack(packed)
	if sum := sha256.Sum256(document); err == nil && hex.EncodeToString(sum[:]) != digest {
		err = fmt.Errorf("its SHA-256 is %x", sum)
	}
	if err != nil {
		f.log.ErrorContext(ctx, "manifest is damaged; agents are asked for it again", "digest", digest, "error", err)
		return nil, errors.Join(Errorf(NotFound, "the manifest %s is damaged; agents are asked for it again", digest), f.store.ForgetManifest(ctx, digest))
	}
	m, err := parseManifest(document)
	if err != nil {
		return nil, fmt.Errorf("reading manifest %s: %w", digest, err)
	}
	f.manifests.add(digest, m)
	return m, nil
}

// RemoveBlobs removes the blobs that a sweep found to be unused. If one is
// needed again in the meantime, agents are asked for it.
func (f *Fleet) RemoveBlobs(ctx context.Context, swept Swept) error {
	var errs []error
	for _, digest := range swept.Manifests {
		errs = append(errs, f.blobs.Delete(ctx, manifestKey(digest)))
	}
	for _, digest := range swept.Covmetas {
		errs = append(errs, f.blobs.Delete(ctx, covmetaKey(digest)))
	}
	for _, instance := range swept.Counters {
		errs = append(errs, f.blobs.Delete(ctx, countersKey(instance)))
	}
	for _, file := range swept.Blocks {
		errs = append(errs, f.blobs.Delete(ctx, file))
	}
	for _, file := range swept.Files {
		if file != "" {
			errs = append(errs, f.RemoveFile(ctx, file))
		}
	}
	return errors.Join(errs...)
}

func manifestKey(digest string) string { return "manifests/" + digest + ".json.gz" }

func pack(document []byte) io.Reader {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(document) // writing to a buffer cannot fail
	_ = w.Close()
	return &packed
}

func unpack(packed io.Reader) ([]byte, error) {
	r, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
