package manifest_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/manifest"
)

// FuzzDecode puts a correct envelope around hostile bodies. Whatever decodes
// must encode and decode to itself.
func FuzzDecode(f *testing.F) {
	const header = 18
	f.Add(manifest.AppendPackage(nil, odd)[header:])
	f.Add(manifest.AppendMain(nil, manifest.Main{Package: "p", Components: []manifest.Component{{Name: "n", Patterns: []string{"..."}}}})[header:])
	// path, module, files, functions, declarations, points
	tables := []byte{0, 0, 1, 0, 1, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8}
	f.Add(append(bytes.Clone(tables), 1, 0x0b, 0, 0))                                                    // kind 11 does not exist
	f.Add(append(bytes.Clone(tables), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1))          // points without end
	f.Add(append(bytes.Clone(tables), 1, 0x10, 2, 0, 0, 0, 0))                                           // file 1 of 1
	f.Add(append(bytes.Clone(tables), 1, 0x10, 0, 0, 2, 0, 0))                                           // declaration 1 of 1
	f.Add(append(bytes.Clone(tables), 1, 0x40, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)) // ranges without end
	f.Add([]byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})                   // declarations without end
	f.Fuzz(func(t *testing.T, body []byte) {
		if p, err := manifest.DecodePackage(string(sealed('P', body))); err == nil {
			again, err := manifest.DecodePackage(string(manifest.AppendPackage(nil, p)))
			if diff := cmp.Diff(p, again); err != nil || diff != "" {
				t.Errorf("package: %v (-first +again):\n%s", err, diff)
			}
		}
		if m, err := manifest.DecodeMain(string(sealed('M', body))); err == nil {
			again, err := manifest.DecodeMain(string(manifest.AppendMain(nil, m)))
			if diff := cmp.Diff(m, again); err != nil || diff != "" {
				t.Errorf("main: %v (-first +again):\n%s", err, diff)
			}
		}
	})
}

// FuzzScan checks that a scan ends on any bytes, and finds the blob after them
// unless it lies in an earlier one.
func FuzzScan(f *testing.F) {
	blob := manifest.AppendPackage(nil, named("a"))
	f.Add([]byte("nothing"))
	f.Add(blob)
	f.Add(blob[:10])
	f.Add(append(bytes.Clone(blob[:14]), blob...))
	f.Fuzz(func(t *testing.T, data []byte) {
		packages, _, _ := manifest.Scan(bytes.NewReader(append(bytes.Clone(data), blob...)))
		if len(packages) == 0 {
			t.Errorf("got no package after %q, want at least one", data)
		}
	})
}

// sealed makes an envelope from its description: magic, version, kind, length,
// FNV-1a of kind and body.
func sealed(kind byte, body []byte) []byte {
	b := bytes.Clone(manifest.AppendMain(nil, manifest.Main{})[:9])
	b = append(b, kind)
	sum := uint32(2166136261)
	for _, c := range append([]byte{kind}, body...) {
		sum = (sum ^ uint32(c)) * 16777619
	}
	n := uint32(len(body))
	b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))
	return append(b, body...)
}
