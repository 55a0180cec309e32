package edits

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHistory holds diffsrc against the laws on real code: on the commits that
// GOAT_EDITS_HISTORY names, as "DIR BASE NEW [BASE NEW …]".
func TestHistory(t *testing.T) {
	t.Parallel()
	words := strings.Fields(os.Getenv("GOAT_EDITS_HISTORY"))
	if len(words) < 3 || len(words)%2 == 0 {
		t.Skip("GOAT_EDITS_HISTORY names no repository and no pairs of refs")
	}
	repository, err := filepath.Abs(words[0])
	if err != nil {
		t.Fatal(err)
	}
	for refs := words[1:]; len(refs) > 0; refs = refs[2:] {
		t.Run(refs[0]+" "+refs[1], func(t *testing.T) {
			faults, err := CheckHistory(context.Background(), t.TempDir(), repository, refs[0], refs[1])
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range faults {
				t.Error(f)
			}
		})
	}
}
