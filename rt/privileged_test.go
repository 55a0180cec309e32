package rt

import (
	"encoding/binary"
	"os"
	"strconv"
	"testing"
)

// TestPrivilegedHere checks that this test's own process, which only has its
// user's rights, is not privileged, whatever its variables are. rt/serve tests
// other programs.
func TestPrivilegedHere(t *testing.T) {
	for _, value := range []string{"none", "all", ""} {
		t.Setenv("GOTRACEBACK", value)
		if Privileged() {
			t.Errorf("GOTRACEBACK=%s: got a privileged process", value)
		}
	}
}

func TestSecureBit(t *testing.T) {
	vector := func(word int, words ...uint64) []byte {
		var b []byte
		for _, w := range words {
			if word == 4 {
				b = binary.NativeEndian.AppendUint32(b, uint32(w))
			} else {
				b = binary.NativeEndian.AppendUint64(b, w)
			}
		}
		return b
	}
	for _, word := range []int{4, 8} {
		for name, test := range map[string]struct {
			vector []byte
			want   bool
		}{
			"unset":        {vector(word, 6, 4096, 23, 0, 0, 0), false},
			"set":          {vector(word, 6, 4096, 23, 1, 0, 0), true},
			"not there":    {vector(word, 6, 23, 0, 0), true},
			"empty":        {nil, true},
			"cut":          {vector(word, 23, 0)[:2*word-1], true},
			"as a value":   {vector(word, 6, 23, 23, 0), false},
			"other values": {vector(word, 23, 1<<8), true},
		} {
			if got := secureBit(test.vector, word); got != test.want {
				t.Errorf("%s, words of %d bytes: got %t, want %t", name, word, got, test.want)
			}
		}
	}
	if own, err := os.ReadFile("/proc/self/auxv"); err == nil && secureBit(own, strconv.IntSize/8) {
		t.Error("got the bit in this process's own vector")
	}
}
