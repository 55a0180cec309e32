package push

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// Every object that encoding/json reads is read with the same result, and nothing
// panics.
func FuzzMembers(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"id":"x","acked":1,"next_s":30,"push":true,"wants":["manifest"]}`, `{"a":{"b":[1,{"c":"}"}]},"d":null}`,
		`{"a":"\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t"}`, `{"a":"\ud83d"}`, `[`, `{"a"`, `{"a":`, `{"a":1,}`, ` { "a" : [ ] , "b" : -1.5e9 } `, `{"a":[[[[[[]]]]]]}`, `"`, `{"\`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := members([]byte(text))
		for _, value := range got {
			integers(value)
			texts(value)
			number(value)
			unquote(value)
		}
		var want map[string]json.RawMessage
		if !utf8.ValidString(text) {
			return // U+FFFD is not put in its place
		}
		if json.Unmarshal([]byte(text), &want) != nil || want == nil {
			return
		}
		if !ok || len(got) != len(want) {
			t.Fatalf("got %d members, %v, want %d", len(got), ok, len(want))
		}
		for name, value := range want {
			var s string
			var n []string
			if json.Unmarshal(value, &s) == nil && value[0] == '"' {
				if text, ok := unquote(got[name]); !ok || text != s {
					t.Errorf("%s: got %q, want %q", name, text, s)
				}
			}
			if value[0] == '[' && json.Unmarshal(value, &n) == nil && noNull(value) {
				if list, ok := texts(got[name]); !ok || len(list) != len(n) {
					t.Errorf("%s: got %q, want %q", name, list, n)
				}
			}
		}
	})
}

// noNull reports whether a list has only strings: encoding/json also accepts null
// for one.
func noNull(value []byte) bool {
	var list []any
	_ = json.Unmarshal(value, &list)
	for _, element := range list {
		if element == nil {
			return false
		}
	}
	return true
}
