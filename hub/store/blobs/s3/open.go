package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Open returns the blobs in a bucket, s3://HOST[:PORT]/BUCKET[/PREFIX]. The URL's
// parameters are
//
//	region  the bucket's region, such as eu-central-1
//	tls     false: HTTP without TLS
//	iam     true: credentials are those of the machine or pod at its cloud
//
// Other credentials are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in the
// file that AWS_SHARED_CREDENTIALS_FILE names. Open tries whether it may read,
// write and remove.
func Open(ctx context.Context, text string, log *slog.Logger) (*Blobs, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "s3" || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return nil, errors.New("--blobs is not like s3://HOST/BUCKET or s3://HOST/BUCKET/PREFIX")
	}
	if u.User != nil {
		return nil, errors.New("--blobs has credentials, and everyone on this machine can read command lines; put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	options := &minio.Options{Secure: true, Region: u.Query().Get("region")}
	sources := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}
	for name, values := range u.Query() {
		value := values[len(values)-1]
		switch name {
		case "region":
		case "tls":
			options.Secure = value != "false"
		case "iam":
			if value == "true" {
				sources = append(sources, &credentials.IAM{})
			}
		default:
			return nil, fmt.Errorf("--blobs has no parameter %.40q; there are region, tls and iam", name)
		}
	}
	options.Creds = credentials.NewChainCredentials(sources)
	client, err := minio.New(u.Host, options)
	if err != nil {
		return nil, fmt.Errorf("opening the bucket: %w", err)
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if prefix != "" {
		prefix += "/"
	}
	b := &Blobs{client, bucket, prefix, log}
	if err := b.try(ctx); err != nil {
		return nil, fmt.Errorf("opening the bucket %s at %s: %w", bucket, u.Host, err)
	}
	return b, nil
}

// try writes, reads and removes an object.
func (b *Blobs) try(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	key := ".goat-hub-" + strconv.FormatUint(rand.Uint64(), 36) //nolint:gosec // unique among hubs, no secret
	if err := b.Put(ctx, key, bytes.NewReader([]byte("goat-hub may write here"))); err != nil {
		return err
	}
	r, err := b.Get(ctx, key)
	if err != nil {
		return err
	}
	return errors.Join(r.Close(), b.Delete(ctx, key))
}

func isMissing(err error) bool {
	return err != nil && minio.ToErrorResponse(err).Code == minio.NoSuchKey
}

// explain adds what people can do.
func (b *Blobs) explain(err error) error {
	next := ""
	switch minio.ToErrorResponse(err).Code {
	case minio.AccessDenied, "AllAccessDisabled":
		next = fmt.Sprintf("let the key of AWS_ACCESS_KEY_ID get, put, delete and list objects in the bucket %s", b.bucket)
	case minio.NoSuchBucket:
		next = fmt.Sprintf("create the bucket %s, or name another in --blobs", b.bucket)
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken":
		next = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	case "":
		next = "check that it runs, and the host in --blobs"
	}
	if next == "" || strings.Contains(err.Error(), next) {
		return err
	}
	return fmt.Errorf("%w; %s", err, next)
}
