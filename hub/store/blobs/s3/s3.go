package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/goat-trace/goat/hub/fleet"
)

// Blobs is a fleet.Blobs in a bucket.
type Blobs struct {
	client *minio.Client
	bucket string
	prefix string // "" or with a slash at its end
	log    *slog.Logger
}

// The metadata of an object with the SHA-256 of its bytes, as it is written and
// as it is read.
const (
	sumHeader = "Goat-Sha256"
	damaged   = "damaged/"
)

// Below returns the blobs whose keys begin with a folder.
func (b *Blobs) Below(folder string) *Blobs {
	return &Blobs{b.client, b.bucket, b.prefix + folder + "/", b.log}
}

// Close does nothing.
func (*Blobs) Close() error { return nil }

// Put implements fleet.Blobs.
func (b *Blobs) Put(ctx context.Context, key string, content io.Reader) error {
	if err := check(key); err != nil {
		return err
	}
	data, err := io.ReadAll(content)
	if err != nil {
		return fmt.Errorf("keeping blob %s: %w", key, err)
	}
	hash := sha256.Sum256(data)
	sum := hex.EncodeToString(hash[:])
	if there, err := b.client.StatObject(ctx, b.bucket, b.prefix+key, minio.StatObjectOptions{}); err == nil && there.Size == int64(len(data)) && there.UserMetadata[sumHeader] == sum {
		return nil
	}
	_, err = b.client.PutObject(ctx, b.bucket, b.prefix+key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{UserMetadata: map[string]string{sumHeader: sum}})
	if err != nil {
		return fmt.Errorf("keeping blob %s: %w", key, b.explain(err))
	}
	return nil
}

// Get implements fleet.Blobs.
func (b *Blobs) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.bucket, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", key, b.explain(err))
	}
	defer func() { _ = object.Close() }()
	data, err := io.ReadAll(object)
	if isMissing(err) {
		return nil, fleet.Errorf(fleet.NotFound, "no blob has the key %s", key)
	}
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", key, b.explain(err))
	}
	about, err := object.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", key, b.explain(err))
	}
	hash := sha256.Sum256(data)
	if sum := about.UserMetadata[sumHeader]; sum != "" && sum != hex.EncodeToString(hash[:]) {
		return nil, b.setAside(ctx, key, sum)
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// setAside moves a damaged object away, so that it is missing for all. It returns
// the error for whoever wanted it.
func (b *Blobs) setAside(ctx context.Context, key, sum string) error {
	b.log.ErrorContext(ctx, "blob is damaged; it is set aside and counts as missing", "bucket", b.bucket, "key", b.prefix+key, "now", b.prefix+damaged+key, "sha256", sum)
	_, err := b.client.CopyObject(ctx, minio.CopyDestOptions{Bucket: b.bucket, Object: b.prefix + damaged + key}, minio.CopySrcOptions{Bucket: b.bucket, Object: b.prefix + key})
	if err == nil {
		err = b.client.RemoveObject(ctx, b.bucket, b.prefix+key, minio.RemoveObjectOptions{})
	}
	if err != nil {
		return fmt.Errorf("setting the damaged blob %s aside: %w", key, b.explain(err))
	}
	return fleet.Errorf(fleet.NotFound, "the blob %s is damaged: it does not have the SHA-256 with which it was stored", key)
}

// Delete implements fleet.Blobs.
func (b *Blobs) Delete(ctx context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	if err := b.client.RemoveObject(ctx, b.bucket, b.prefix+key, minio.RemoveObjectOptions{}); err != nil && !isMissing(err) {
		return fmt.Errorf("removing blob %s: %w", key, b.explain(err))
	}
	return nil
}

// Keys calls do with the keys of the blobs in all folders that into wants, without
// damaged ones.
func (b *Blobs) Keys(ctx context.Context, into func(folder string) bool, do func(key string, at time.Time) error) error {
	ctx, cancel := context.WithCancel(ctx) // ends the listing
	defer cancel()
	for object := range b.client.ListObjects(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if object.Err != nil {
			return fmt.Errorf("listing blobs: %w", b.explain(object.Err))
		}
		key := strings.TrimPrefix(object.Key, b.prefix)
		if strings.HasPrefix(key, damaged) || strings.HasSuffix(key, "/") || !wanted(key, into) {
			continue
		}
		if err := do(key, object.LastModified); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// wanted says whether into wants all folders on the way to a key.
func wanted(key string, into func(string) bool) bool {
	for i, c := range key {
		if c == '/' && !into(key[:i]) {
			return false
		}
	}
	return true
}

// check refuses keys that lead elsewhere, as a path would.
func check(key string) error {
	if key == "" || strings.HasPrefix(key, "/") || path.Clean(key) != key || key == ".." || strings.HasPrefix(key, "../") {
		return fmt.Errorf("the blob's key %.80q leads elsewhere", key)
	}
	return nil
}
