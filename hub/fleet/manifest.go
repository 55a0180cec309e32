package fleet

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// Manifest is the document that describes a build's points; docs/hub-protocol.md
// defines it. It is immutable and named by the digest of its bytes.
type Manifest struct {
	Format      int                 `json:"format"`
	Main        string              `json:"main"`
	App         string              `json:"app"`
	Goat        string              `json:"goat"`
	Base        string              `json:"base"`
	BaseCommit  string              `json:"baseCommit"`
	BaseMode    string              `json:"baseMode"`
	Source      string              `json:"source"`
	Granularity string              `json:"granularity"`
	DataType    string              `json:"dataType"`
	Components  []ManifestComponent `json:"components"`
	Packages    []ManifestPackage   `json:"packages"`
}

// ManifestComponent is a named part of a binary.
type ManifestComponent struct {
	Name     string   `json:"name"`
	Patterns []string `json:"patterns"`
}

// ManifestPackage is an instrumented package. Its points follow those of the
// package before in the numbering.
type ManifestPackage struct {
	Path          string          `json:"path"`
	Module        string          `json:"module"`
	ModuleVersion string          `json:"moduleVersion"`
	Points        []ManifestPoint `json:"points"`
}

// ManifestPoint is a point; its id is its place in the document, from 1.
type ManifestPoint struct {
	StableID  string   `json:"stableId"`
	File      string   `json:"file"`
	Func      string   `json:"func"`
	Kind      string   `json:"kind"`
	Line      int      `json:"line"`
	EndLine   int      `json:"endLine"`
	Lines     [][2]int `json:"lines"`
	Directive string   `json:"directive"`
	ErrorPath bool     `json:"errorPath"`
}

// MaxManifest is the size of a manifest, unpacked, in bytes.
const MaxManifest = 64 << 20

const manifestFormat = 1

// Len is the number of points.
func (m *Manifest) Len() int {
	n := 0
	for i := range m.Packages {
		n += len(m.Packages[i].Points)
	}
	return n
}

// AddManifest keeps a build's manifest and returns its number of points. The
// bytes must have the digest and be a manifest. Adding it again changes nothing.
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

// Manifest returns a manifest. It is shared: callers must not change it.
func (f *Fleet) Manifest(ctx context.Context, digest string) (*Manifest, error) {
	if m := f.manifests.get(digest); m != nil {
		return m, nil
	}
	packed, err := f.blobs.Get(ctx, manifestKey(digest))
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	document, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("reading manifest %s: %w", digest, err)
	}
	m, err := parseManifest(document)
	if err != nil {
		return nil, fmt.Errorf("reading manifest %s: %w", digest, err)
	}
	f.manifests.add(digest, m)
	return m, nil
}

func parseManifest(document []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(document, &m); err != nil {
		return nil, Errorf(Invalid, "the manifest is no JSON document of its format: %v", err)
	}
	if m.Format != manifestFormat {
		return nil, Errorf(Invalid, "the manifest has format %d; this hub reads format %d", m.Format, manifestFormat)
	}
	if n := m.Len(); n > MaxPoints {
		return nil, Errorf(Invalid, "the manifest has %d points; at most %d are taken", n, MaxPoints)
	}
	for i := range m.Packages {
		for j := range m.Packages[i].Points {
			if p := &m.Packages[i].Points[j]; !isHex(p.StableID, 16) {
				return nil, Errorf(Invalid, "point %d of package %q has the stable id %.40q; it has to be 16 hexadecimal digits", j+1, m.Packages[i].Path, p.StableID)
			}
		}
	}
	return &m, nil
}

func manifestKey(digest string) string { return "manifests/" + digest + ".json.gz" }

func pack(document []byte) io.Reader {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(document) // a buffer takes everything
	w.Close()
	return &packed
}

func unpack(packed io.Reader) ([]byte, error) {
	r, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
