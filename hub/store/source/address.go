package source

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/goat-trace/goat/hub/store/source/internal/git"
)

// shortAddress matches ssh's HOST:PATH.
var shortAddress = regexp.MustCompile(`^(?:[A-Za-z0-9_.][A-Za-z0-9_.+-]*@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\]):[^:-]`)

// checkAddress refuses text that git would not take for a repository's address,
// and addresses with passwords, because git passes them to other programs on
// their command line.
func checkAddress(address string) error {
	if address == "" || strings.ContainsFunc(address, unicode.IsControl) {
		return fmt.Errorf("reading a repository's address: it is empty or has control characters")
	}
	if strings.Contains(address, "://") {
		return checkURL(address)
	}
	if filepath.IsAbs(address) || shortAddress.MatchString(address) {
		return nil
	}
	return fmt.Errorf("reading the repository's address %q: want https://HOST/PATH, ssh://HOST/PATH, HOST:PATH or an absolute path", withoutPassword(address))
}

func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("reading a repository's address: it is no URL: want https://HOST/PATH or ssh://HOST/PATH") // err may contain a password
	}
	if !slices.Contains(git.Protocols, u.Scheme) {
		return fmt.Errorf("reading the repository's address %q: want one of the protocols %s", withoutPassword(address), strings.Join(git.Protocols, ", "))
	}
	if u.Host == "" && u.Scheme != "file" || strings.HasPrefix(u.Host, "-") || strings.HasPrefix(u.User.Username(), "-") {
		return fmt.Errorf("reading the repository's address %q: it names no host", withoutPassword(address))
	}
	if hasSecret(u) {
		return fmt.Errorf("reading the repository's address %q: a password in it would be seen in process lists: "+
			"use a token file, or a credential helper of the hub's user", withoutPassword(address))
	}
	return nil
}

// hasSecret reports whether a URL has a password, or a user that can only be a
// token, because only ssh needs users.
func hasSecret(u *url.URL) bool {
	_, password := u.User.Password()
	return password || u.User.Username() != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// withoutPassword returns an address in a form that may be shown.
func withoutPassword(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	authority, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = "…" + authority[i:]
	}
	return scheme + "://" + authority + "/" + path
}
