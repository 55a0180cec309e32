package fleet

import (
	"bytes"
	"context"
	"strings"
)

// The files of one measurement share their name: NAME.cov, and the reports.
const (
	profileEnding = ".cov"
	textEnding    = "_report.txt"
	htmlEnding    = "_report.html"
)

// TextReport and HTMLReport return the keys of the reports that belong to a
// profile in a history.
func TextReport(file string) string { return strings.TrimSuffix(file, profileEnding) + textEnding }

// HTMLReport is described with TextReport.
func HTMLReport(file string) string { return strings.TrimSuffix(file, profileEnding) + htmlEnding }

// PutFile stores a file of a history.
func (f *Fleet) PutFile(ctx context.Context, key string, content []byte) error {
	return f.filesOf(key).Put(ctx, key, bytes.NewReader(content))
}

// File reads a file of a history, or a baseline's.
func (f *Fleet) File(ctx context.Context, key string) ([]byte, error) {
	return read(ctx, f.filesOf(key), key)
}

// RemoveFile removes a file of a history with its reports, or a baseline's.
func (f *Fleet) RemoveFile(ctx context.Context, key string) error {
	files := f.filesOf(key)
	for _, name := range []string{key, TextReport(key), HTMLReport(key)} {
		if err := files.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// filesOf returns where a file is stored. Histories have a place of their own.
func (f *Fleet) filesOf(key string) Blobs {
	if strings.HasPrefix(key, "baselines/") {
		return f.blobs
	}
	return f.files
}
