package server

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/store/archive"
	"github.com/goat-trace/goat/hub/store/blobs/disk"
	"github.com/goat-trace/goat/hub/store/blobs/s3"
)

// places is where the hub's blobs are.
type places struct {
	blobs     archive.Place
	histories archive.Place // profiles and reports of histories
	closers   []func() error
}

// blobsFlag is the flag that says where they are.
func blobsFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "blobs", "", "s3://HOST/BUCKET[/PREFIX]: keep blobs and histories in S3-compatible storage; without it they are in --root")
}

// openPlaces opens the places in a bucket or, without a name, in the hub's
// directory.
func openPlaces(ctx context.Context, root, name string, log *slog.Logger) (*places, error) {
	if name != "" {
		bucket, err := s3.Open(ctx, name, log)
		if err != nil {
			return nil, err
		}
		return &places{blobs: bucket.Below(archive.Blobs), histories: bucket}, nil
	}
	p := &places{}
	for dir, place := range map[string]*archive.Place{filepath.Join(root, archive.Blobs): &p.blobs, root: &p.histories} {
		d, err := disk.Open(dir)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		*place = d
		p.closers = append(p.closers, d.Close)
	}
	return p, nil
}

// isLocal says whether blobs are in the hub's directory.
func isLocal(name string) bool { return !strings.Contains(name, "://") }

// Close gives the places back.
func (p *places) Close() error {
	var errs []error
	for _, closer := range p.closers {
		errs = append(errs, closer())
	}
	return errors.Join(errs...)
}
