package rt

import (
	"encoding/json"
	"testing"
)

func FuzzJSONString(f *testing.F) {
	f.Add("plain")
	f.Add("\"\\/<>&' \u2028\u2029 \ufffd ü 世界 \U0001f410")
	f.Add("\x00\x01\b\t\n\v\f\r\x1f\x7f\x80\xff")
	f.Add("\xe4\xb8 cut \xed\xa0\x80 surrogate \xf8")
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := AppendJSONString([]byte("x"), s); string(got) != "x"+string(want) {
			t.Errorf("AppendJSONString(%q): got %s, want x%s", s, got, want)
		}
	})
}
