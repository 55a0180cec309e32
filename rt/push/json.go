package push

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// This package reads the hub's answers without encoding/json, because reflection
// would keep much code in an application that the linker drops otherwise.

// members splits a JSON object into its members: names and the texts of their
// values. ok is false if the text is not an object.
func members(text []byte) (all map[string][]byte, ok bool) {
	s := scanner{text: text}
	if !s.take('{') {
		return nil, false
	}
	all = make(map[string][]byte)
	if s.take('}') {
		return all, s.atEnd()
	}
	for {
		s.space()
		start := s.at
		if !s.string() {
			return nil, false
		}
		name, ok := unquote(s.text[start:s.at])
		if !ok || !s.take(':') {
			return nil, false
		}
		s.space()
		start = s.at
		if !s.value(0) {
			return nil, false
		}
		all[name] = s.text[start:s.at]
		if s.take('}') {
			return all, s.atEnd()
		}
		if !s.take(',') {
			return nil, false
		}
	}
}

// number reads a non-negative integer that fits into 31 bits; ok is false for
// anything else.
func number(value []byte) (n int, ok bool) {
	u, err := strconv.ParseUint(string(value), 10, 31)
	return int(u), err == nil
}

// integers reads a list of non-negative integers.
func integers(value []byte) (list []int64, ok bool) {
	ok = elements(value, func(element []byte) bool {
		n, err := strconv.ParseUint(string(element), 10, 63)
		list = append(list, int64(n))
		return err == nil
	})
	return list, ok
}

// texts reads a list of strings.
func texts(value []byte) (list []string, ok bool) {
	ok = elements(value, func(element []byte) bool {
		text, ok := unquote(element)
		list = append(list, text)
		return ok
	})
	return list, ok
}

func elements(value []byte, visit func([]byte) bool) bool {
	s := scanner{text: value}
	if !s.take('[') {
		return false
	}
	if s.take(']') {
		return s.atEnd()
	}
	for {
		s.space()
		start := s.at
		if !s.value(0) || !visit(s.text[start:s.at]) {
			return false
		}
		if s.take(']') {
			return s.atEnd()
		}
		if !s.take(',') {
			return false
		}
	}
}

// unquote reads a JSON string.
func unquote(value []byte) (text string, ok bool) {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return "", false
	}
	value = value[1 : len(value)-1]
	var b []byte
	for len(value) > 0 {
		c := value[0]
		if c != '\\' {
			b, value = append(b, c), value[1:]
			continue
		}
		if len(value) < 2 {
			return "", false
		}
		escaped := value[1]
		value = value[2:]
		if escaped == 'u' {
			r, rest, ok := unquoteRune(value)
			if !ok {
				return "", false
			}
			b, value = utf8.AppendRune(b, r), rest
			continue
		}
		i := bytes.IndexByte([]byte(`"\/bfnrt`), escaped)
		if i < 0 {
			return "", false
		}
		b = append(b, "\"\\/\b\f\n\r\t"[i])
	}
	return string(b), true
}

// unquoteRune reads the digits after \u, and the second half of a surrogate pair.
func unquoteRune(value []byte) (r rune, rest []byte, ok bool) {
	if len(value) < 4 {
		return 0, nil, false
	}
	n, err := strconv.ParseUint(string(value[:4]), 16, 16)
	if err != nil {
		return 0, nil, false
	}
	r, rest = rune(n), value[4:]
	if !utf16.IsSurrogate(r) {
		return r, rest, true
	}
	if len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		if low, err := strconv.ParseUint(string(rest[2:6]), 16, 16); err == nil {
			if pair := utf16.DecodeRune(r, rune(low)); pair != utf8.RuneError {
				return pair, rest[6:], true
			}
		}
	}
	return utf8.RuneError, rest, true
}

// scanner finds where JSON values end.
type scanner struct {
	text []byte
	at   int
}

func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\t' || s.text[s.at] == '\n' || s.text[s.at] == '\r') {
		s.at++
	}
}

func (s *scanner) atEnd() bool {
	s.space()
	return s.at == len(s.text)
}

func (s *scanner) take(c byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) string() bool {
	if s.at >= len(s.text) || s.text[s.at] != '"' {
		return false
	}
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return true
		}
	}
	return false
}

// value skips any value. It does not check numbers and words closely: whoever reads
// one does.
func (s *scanner) value(depth int) bool {
	const deepest = 100
	if s.space(); s.at >= len(s.text) || depth > deepest {
		return false
	}
	switch s.text[s.at] {
	case '"':
		return s.string()
	case '{':
		return s.list('}', depth, func() bool { s.space(); return s.string() && s.take(':') })
	case '[':
		return s.list(']', depth, func() bool { return true })
	}
	start := s.at
	for s.at < len(s.text) && bytes.IndexByte([]byte("+-.0123456789abcdefghijklmnopqrstuvwxyzE"), s.text[s.at]) >= 0 {
		s.at++
	}
	return s.at > start
}

func (s *scanner) list(end byte, depth int, name func() bool) bool {
	s.at++
	if s.take(end) {
		return true
	}
	for {
		if !name() || !s.value(depth+1) {
			return false
		}
		if s.take(end) {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}
