package source

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
	"unicode"

	"github.com/goat-trace/goat/internal/bounded"
)

// tokenUser is the user for a token without one. GitHub requires this one for
// the tokens of apps; for all others, and for GitLab, any will do.
const tokenUser = "x-access-token"

// maxToken limits the size of a token file.
const maxToken = 16 << 10

// checkTokenFile checks a token file when the hub starts, so that a wrong one
// is found then and not at the first report.
func checkTokenFile(host, name string) error {
	if h, _, err := net.SplitHostPort(host); host == "" || strings.ContainsAny(host, "/@\"'\\ \n") || err == nil && h == "" {
		return fmt.Errorf("reading the token file %s: %q is no host: want HOST or HOST:PORT", name, host)
	}
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("reading the token file of %s: %w", host, err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return fmt.Errorf("reading the token file of %s: all users may read %s: run `chmod o= %s`", host, name, name)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("reading the token file of %s: its name has control characters", host)
	}
	if _, err := readToken(name); err != nil {
		return fmt.Errorf("reading the token file of %s: %w", host, err)
	}
	return nil
}

// readToken returns the first line of a token file, to check it and to keep it
// out of messages.
func readToken(name string) (string, error) {
	data, err := bounded.ReadFile(name, maxToken)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(data), "\n")
	if line == "" || strings.ContainsFunc(line, unicode.IsControl) {
		return "", fmt.Errorf("the first line of %s is no token: write the token there, or USER:TOKEN", name)
	}
	return line, nil
}

// token is the token of a host.
type token struct {
	host, file string // file is "" if there is none
}

// tokenFor returns the token for an address. It refuses to send one
// unencrypted.
func tokenFor(address string, files map[string]string) (token, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return token{}, nil
	}
	t := token{host: strings.TrimSuffix(u.Host, ":443")}
	t.file = files[t.host]
	if t.file != "" && u.Scheme != "https" {
		return token{}, fmt.Errorf("placing the mirror of %s: the token of %s goes by https only: change the address", address, t.host)
	}
	return t, nil
}

// settings make git read the token file when the host asks for credentials. No
// other helpers are used for that host, because git would tell them to store
// the token or to erase theirs. The helper is a line of shell that starts no
// program, so the token is on no command line.
func (t token) settings() []string {
	if t.file == "" {
		return nil
	}
	key := "credential.https://" + t.host
	quoted := "'" + strings.ReplaceAll(t.file, "'", `'\''`) + "'"
	helper := `!f() { test "$1" = get || return 0; IFS= read -r line < ` + quoted + `; ` +
		`case $line in *:*) user=${line%%:*} token=${line#*:};; *) user=` + tokenUser + ` token=$line;; esac; ` +
		`printf 'username=%s\npassword=%s\n' "$user" "$token"; }; f`
	return []string{"-c", key + ".helper=", "-c", key + ".helper=" + helper}
}

// hide removes the token from a message, because a server may have echoed it.
func (t token) hide(message string) string {
	if t.file == "" {
		return message
	}
	line, err := readToken(t.file)
	if err != nil {
		return message
	}
	_, secret, ok := strings.Cut(line, ":")
	if !ok {
		secret = line
	}
	if len(secret) < 4 {
		return message
	}
	return strings.ReplaceAll(message, secret, "…")
}

// advice says what to do about git's reason for a failed fetch.
func (t token) advice(reason string) string {
	switch {
	case strings.Contains(reason, "could not read Username") || strings.Contains(reason, "Authentication failed") || strings.Contains(reason, "403"):
		if t.file != "" {
			return "see that the token in " + t.file + " is valid and may read this repository"
		}
		return "give the hub a token file for this host, or its user a credential helper"
	case strings.Contains(reason, "Permission denied") || strings.Contains(reason, "Host key verification failed"):
		return "give the hub's user a key that may read this repository, and the host's key in known_hosts"
	}
	return "see that the hub's user can run `git ls-remote` there"
}
