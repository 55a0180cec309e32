package terminal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Key is a key that was pressed: a character, or one of the names below.
type Key string

// The keys that are no characters.
const (
	KeyUp        Key = "up"
	KeyDown      Key = "down"
	KeyLeft      Key = "left"
	KeyRight     Key = "right"
	KeyPageUp    Key = "page up"
	KeyPageDown  Key = "page down"
	KeyHome      Key = "home"
	KeyEnd       Key = "end"
	KeyEnter     Key = "enter"
	KeyEscape    Key = "escape"
	KeyTab       Key = "tab"
	KeyBackspace Key = "backspace"
	KeyInterrupt Key = "ctrl-c"
	KeySuspend   Key = "ctrl-z"
	KeyRedraw    Key = "ctrl-l"
	KeyEndInput  Key = "ctrl-d"
)

var controlKeys = map[byte]Key{
	'\r': KeyEnter, '\n': KeyEnter, '\t': KeyTab, 0x7f: KeyBackspace, 0x08: KeyBackspace,
	0x03: KeyInterrupt, 0x1a: KeySuspend, 0x0c: KeyRedraw, 0x04: KeyEndInput,
}

// sequences are what xterm and its like send after an escape character (ECMA-48,
// "PC-style function keys" of xterm).
var sequences = map[string]Key{
	"[A": KeyUp, "[B": KeyDown, "[C": KeyRight, "[D": KeyLeft, "OA": KeyUp, "OB": KeyDown, "OC": KeyRight, "OD": KeyLeft,
	"[5~": KeyPageUp, "[6~": KeyPageDown, "[H": KeyHome, "[F": KeyEnd, "OH": KeyHome, "OF": KeyEnd, "[1~": KeyHome, "[4~": KeyEnd, "[7~": KeyHome, "[8~": KeyEnd,
}

// ParseKey returns the first key in b and how many bytes it took, 0 if more are to
// come. An escape character at the end is the key of that name: a terminal sends the
// sequences of other keys at once. Keys without a meaning are "".
func ParseKey(b []byte) (Key, int) {
	if b[0] == 0x1b {
		return parseSequence(b)
	}
	if key, ok := controlKeys[b[0]]; ok {
		return key, 1
	}
	if !utf8.FullRune(b) {
		return "", 0
	}
	r, size := utf8.DecodeRune(b)
	if r == utf8.RuneError || unicode.IsControl(r) {
		return "", size
	}
	return Key(string(r)), size
}

func parseSequence(b []byte) (Key, int) {
	if len(b) == 1 || b[1] != '[' && b[1] != 'O' {
		return KeyEscape, 1
	}
	end := 2
	for end < len(b) && (b[end] < 0x40 || b[end] > 0x7e) {
		end++
	}
	if end == len(b) {
		return "", len(b)
	}
	text := string(b[1 : end+1])
	if at := strings.IndexByte(text, ';'); at > 0 { // with a modifier
		text = strings.TrimSuffix(text[:at], "1") + text[len(text)-1:]
	}
	return sequences[text], end + 1
}

// Character reports whether a key is a character.
func (k Key) Character() bool { return utf8.RuneCountInString(string(k)) == 1 }
