package trackpage

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// cursor walks through a text that is valid JSON, which is some ten times quicker
// than encoding/json's decoder and holds nothing but the text. A value of another
// type than asked for is an error; null is the zero value of any.
type cursor struct {
	text  []byte
	at    int
	texts map[string]string // each string once: names of files come with every point
}

// peek returns the byte that the next value begins with, 0 at the end.
func (c *cursor) peek() byte {
	for c.at < len(c.text) {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\r', '\n', ',', ':':
			c.at++
		default:
			return b
		}
	}
	return 0
}

// object calls member with the cursor before each member's value. Whatever that
// does not read is to be skipped.
func (c *cursor) object(member func(name string) error) error {
	if err := c.enter('{', "object"); err != nil || c.null() {
		return err
	}
	for c.peek() != '}' {
		if err := member(c.literal()); err != nil {
			return err
		}
	}
	c.at++
	return nil
}

// list calls entry with the cursor before each entry.
func (c *cursor) list(entry func() error) error {
	if err := c.enter('[', "list"); err != nil || c.null() {
		return err
	}
	for c.peek() != ']' {
		if err := entry(); err != nil {
			return err
		}
	}
	c.at++
	return nil
}

// enter moves past an opening bracket. It does not consume null.
func (c *cursor) enter(bracket byte, what string) error {
	switch c.peek() {
	case bracket:
		c.at++
		return nil
	case 'n':
		return nil
	}
	return c.mistyped(what)
}

// null reads null, if that is next and nothing else was entered.
func (c *cursor) null() bool {
	if c.at < len(c.text) && c.text[c.at] == 'n' {
		c.at += len("null")
		return true
	}
	return false
}

func (c *cursor) mistyped(want string) error {
	start := c.at
	c.skip()
	value := string(c.text[start:min(c.at, start+40)])
	return fmt.Errorf("%s stands where one would expect a %s; %w", value, want, ErrNoTrack)
}

// literal reads a string, which is next.
func (c *cursor) literal() string {
	raw, escaped := c.quoted()
	if known, ok := c.texts[string(raw)]; ok {
		return known
	}
	text := string(raw)
	if escaped {
		_ = json.Unmarshal(c.text[c.at-len(raw)-2:c.at], &text) // the text is valid
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	c.texts[string(raw)] = text
	return text
}

// quoted moves past a string and returns what is between its quotes.
func (c *cursor) quoted() (raw []byte, escaped bool) {
	c.at++
	start := c.at
	for c.text[c.at] != '"' {
		if c.text[c.at] == '\\' {
			escaped = true
			c.at++
		}
		c.at++
	}
	c.at++
	return c.text[start : c.at-1], escaped
}

func (c *cursor) string(to *string) error {
	switch c.peek() {
	case '"':
		*to = c.literal()
		return nil
	case 'n':
		c.null()
		return nil
	}
	return c.mistyped("string")
}

// once reads a string that hardly comes twice.
func (c *cursor) once(to *string) error {
	if c.peek() != '"' {
		return c.string(to)
	}
	start := c.at
	raw, escaped := c.quoted()
	if escaped || !utf8.Valid(raw) {
		c.at = start
		return c.string(to)
	}
	*to = string(raw)
	return nil
}

// word reads a number, true, false or null.
func (c *cursor) word() string {
	c.peek()
	start := c.at
	for c.at < len(c.text) && !strings.ContainsRune(",]} \t\r\n", rune(c.text[c.at])) {
		c.at++
	}
	return string(c.text[start:c.at])
}

func (c *cursor) int(to *int) error {
	if b := c.peek(); b == '"' || b == '{' || b == '[' {
		return c.mistyped("number")
	}
	start := c.at
	word := c.word()
	n, err := strconv.Atoi(word)
	if err != nil && word != "null" {
		c.at = start
		return c.mistyped("whole number")
	}
	*to = n
	return nil
}

func (c *cursor) uint(to *uint64) error {
	if b := c.peek(); b == '"' || b == '{' || b == '[' {
		return c.mistyped("number")
	}
	start := c.at
	word := c.word()
	n, err := strconv.ParseUint(word, 10, 64)
	if err != nil && word != "null" {
		c.at = start
		return c.mistyped("whole number of 0 or more")
	}
	*to = n
	return nil
}

func (c *cursor) bool(to *bool) error {
	if b := c.peek(); b != 't' && b != 'f' && b != 'n' {
		return c.mistyped("boolean")
	}
	*to = c.word() == "true"
	return nil
}

// time reads RFC 3339, or null for the zero time.
func (c *cursor) time(to *time.Time) error {
	var text string
	start := c.at
	if err := c.once(&text); err != nil || text == "" {
		return err
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		c.at = start
		return c.mistyped("time")
	}
	*to = t
	return nil
}

// skip moves past the next value.
func (c *cursor) skip() {
	depth := 0
	for {
		switch c.peek() {
		case 0:
			return
		case '"':
			c.quoted()
		case '{', '[':
			depth++
			c.at++
		case '}', ']':
			depth--
			c.at++
		default:
			c.word()
		}
		if depth <= 0 {
			return
		}
	}
}
