package fleet

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Manifest is the document that describes a build's points, as defined in
// docs/hub-protocol.md. It is immutable and identified by the digest of its
// bytes.
type Manifest struct {
	Format      int                 `json:"format"`
	Main        string              `json:"main,omitempty"`
	App         string              `json:"app,omitempty"`
	Goat        string              `json:"goat,omitempty"`
	Base        string              `json:"base,omitempty"`
	BaseCommit  string              `json:"baseCommit,omitempty"`
	BaseMode    string              `json:"baseMode,omitempty"`
	Source      string              `json:"source,omitempty"`
	Granularity string              `json:"granularity,omitempty"`
	DataType    string              `json:"dataType,omitempty"`
	Components  []ManifestComponent `json:"components,omitempty"`
	Packages    []ManifestPackage   `json:"packages"`
}

// ManifestComponent is a named part of a binary.
type ManifestComponent struct {
	Name     string   `json:"name"`
	Patterns []string `json:"patterns"`
}

// ManifestPackage is an instrumented package. Its points are numbered after
// those of the package before it.
type ManifestPackage struct {
	Path          string          `json:"path"`
	Module        string          `json:"module,omitempty"`
	ModuleVersion string          `json:"moduleVersion,omitempty"`
	Points        []ManifestPoint `json:"points"`
}

// ManifestPoint is a point. Its id is its position in the document, from 1.
type ManifestPoint struct {
	StableID  string   `json:"stableId"`
	File      string   `json:"file,omitempty"`
	Func      string   `json:"func,omitempty"`
	Kind      string   `json:"kind"`
	Line      int      `json:"line"`
	EndLine   int      `json:"endLine"`
	Lines     [][2]int `json:"lines"`
	Directive string   `json:"directive,omitempty"`
	ErrorPath bool     `json:"errorPath,omitempty"`
}

// MaxManifest is the largest size of a manifest, unpacked, in bytes.
const MaxManifest = 64 << 20

// ManifestFormat is the version of the document.
const ManifestFormat = 1

// Encode returns the document and its digest.
func (m *Manifest) Encode() (digest string, document []byte, err error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return "", nil, err
	}
	document = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:]), document, nil
}

// Len is the number of points.
func (m *Manifest) Len() int {
	n := 0
	for i := range m.Packages {
		n += len(m.Packages[i].Points)
	}
	return n
}

// stableIDs returns the points' stable ids in the order of their ids.
func (m *Manifest) stableIDs() []string {
	ids := make([]string, 0, m.Len())
	for i := range m.Packages {
		for j := range m.Packages[i].Points {
			ids = append(ids, m.Packages[i].Points[j].StableID)
		}
	}
	return ids
}

func parseManifest(document []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(document, &m); err != nil {
		return nil, Errorf(Invalid, "the manifest is no JSON document of its format: %v", err)
	}
	if m.Format != ManifestFormat {
		return nil, Errorf(Invalid, "the manifest has format %d; this hub reads format %d", m.Format, ManifestFormat)
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
