package rt

import (
	"strconv"
	"unicode/utf8"
)

// AppendJSONString appends s as encoding/json would, with HTML characters
// escaped and invalid UTF-8 replaced. It does not use that package, whose
// reflection would keep code in an application that the linker otherwise drops.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
				dst = append(dst, s[start:i]...)
				dst = appendUnicodeEscape(dst, r)
				start = i + size
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			start = i + 1
		}
		i++
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return appendUnicodeEscape(dst, rune(c))
}

func appendUnicodeEscape(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&0xf], hex[r>>8&0xf], hex[r>>4&0xf], hex[r&0xf])
}

// The functions below write a member's name and value. A name includes the
// comma before it, except for an object's first member.

func appendStringMember(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	return AppendJSONString(dst, value)
}

func appendIntMember(dst []byte, name string, value int) []byte {
	dst = append(dst, name...)
	return strconv.AppendInt(dst, int64(value), 10)
}
