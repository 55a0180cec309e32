package auth

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goat-trace/goat/hub/fleet"
)

// Role is what a token is for.
type Role string

// The roles. Write includes Read, and Admin includes all others.
const (
	Read  Role = "read"  // see what is there
	Push  Role = "push"  // report what has run
	Write Role = "write" // change what people see: excuses, baselines, reports
	Admin Role = "admin" // change what the hub keeps and whom it lets in
)

// Principal is who a request is from.
type Principal struct {
	Name  string
	Roles []Role
	Scope map[string]string // labels that a service must have; empty for all
}

// May says whether the principal has a role.
func (p *Principal) May(role Role) bool {
	for _, has := range p.Roles {
		if has == role || has == Admin || has == Write && role == Read {
			return true
		}
	}
	return false
}

// Sees says whether a service is in the principal's scope.
func (p *Principal) Sees(l fleet.Labels) bool {
	for key, want := range p.Scope {
		if l.Label(key) != want {
			return false
		}
	}
	return true
}

// scopeKeys are the labels that a scope can name.
var scopeKeys = []string{"env", "region", "appType", "app", "cluster"}

// Tokens are the lines of a token file.
type Tokens struct{ list []token }

type token struct {
	principal Principal
	sum       [sha256.Size]byte
}

// shortestToken in bytes: what is shorter can be guessed.
const shortestToken = 16

// ReadTokens reads a token file. A line is
//
//	NAME ROLES SCOPE TOKEN
//
// separated by white space: roles by commas; scope label=value by commas, or *;
// the token itself or sha256: and its SHA-256 in hexadecimal digits. Empty lines
// and those that begin with # do not count.
func ReadTokens(path string) (*Tokens, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the token file: %w", err)
	}
	tokens := &Tokens{}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		t, err := parseToken(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err) // never with the line: it holds a secret
		}
		tokens.list = append(tokens.list, t)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the token file %s: %w", path, err)
	}
	if len(tokens.list) == 0 {
		return nil, fmt.Errorf("%s has no token; add a line NAME ROLES SCOPE TOKEN", path)
	}
	return tokens, nil
}

func parseToken(line string) (token, error) {
	fields := strings.Fields(line)
	if len(fields) != 4 {
		return token{}, fmt.Errorf("%d fields; a line is NAME ROLES SCOPE TOKEN", len(fields))
	}
	t := token{principal: Principal{Name: fields[0], Scope: map[string]string{}}}
	for role := range strings.SplitSeq(fields[1], ",") {
		if !slices.Contains([]Role{Read, Push, Write, Admin}, Role(role)) {
			return token{}, fmt.Errorf("unknown role %q; the roles are read, push, write and admin", role)
		}
		t.principal.Roles = append(t.principal.Roles, Role(role))
	}
	if fields[2] != "*" {
		for label := range strings.SplitSeq(fields[2], ",") {
			key, value, ok := strings.Cut(label, "=")
			if !ok || !slices.Contains(scopeKeys, key) {
				return token{}, fmt.Errorf("scope %q is not label=value; the labels are %s", label, strings.Join(scopeKeys, ", "))
			}
			t.principal.Scope[key] = value
		}
	}
	sum, err := parseSecret(fields[3])
	t.sum = sum
	return t, err
}

func parseSecret(text string) (sum [sha256.Size]byte, err error) {
	digits, hashed := strings.CutPrefix(text, "sha256:")
	if !hashed {
		if len(text) < shortestToken {
			return sum, fmt.Errorf("the token has %d bytes; it needs %d at least: make one with openssl rand -hex 32", len(text), shortestToken)
		}
		return sha256.Sum256([]byte(text)), nil
	}
	if n, err := hex.Decode(sum[:], []byte(digits)); len(digits) != 2*len(sum) || err != nil || n != len(sum) {
		return sum, fmt.Errorf("what follows sha256: is not 64 hexadecimal digits")
	}
	return sum, nil
}

// find returns whose token it is, or nil. How long it takes does not depend on
// what the tokens are.
func (t *Tokens) find(secret string) *Principal {
	sum := sha256.Sum256([]byte(secret))
	found := -1
	for i := range t.list {
		equal := subtle.ConstantTimeCompare(sum[:], t.list[i].sum[:])
		found = subtle.ConstantTimeSelect(equal, i, found)
	}
	if found < 0 {
		return nil
	}
	return &t.list[found].principal
}
