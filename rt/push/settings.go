package push

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/goat-trace/goat/rt/warning"
)

// settings are the variables, checked.
type settings struct {
	hub       *url.URL // without a trailing slash
	token     string
	ca        string // names of files; "" for none
	cert, key string
	wait      time.Duration // how long the end of the program may wait; 0 means not at all
	counters  time.Duration // the shortest time between two pushes of Go's counters
	proxy     proxies
	dir       string // GOAT_DIR, absolute; "" for none
}

const (
	usualCounters    = time.Minute
	shortestCounters = time.Second
	longestWait      = time.Minute
)

func newSettings(getenv func(string) string) (s settings, err error) {
	if s.hub, err = parseHub(strings.TrimSpace(getenv("GOAT_HUB"))); err != nil {
		return s, err
	}
	if s.token, err = parseToken(getenv("GOAT_HUB_TOKEN")); err != nil {
		return s, err
	}
	s.ca, s.cert, s.key = absolute(getenv("GOAT_HUB_CA")), absolute(getenv("GOAT_HUB_CERT")), absolute(getenv("GOAT_HUB_KEY"))
	if (s.cert == "") != (s.key == "") {
		return s, warning.Error{
			Err:  errors.New("a client certificate needs both GOAT_HUB_CERT and GOAT_HUB_KEY"),
			Next: "set both to PEM files, or neither",
		}
	}
	if s.wait, err = parseDuration("GOAT_HUB_WAIT", getenv("GOAT_HUB_WAIT"), 0, 0, longestWait); err != nil {
		return s, err
	}
	if s.counters, err = parseDuration("GOAT_HUB_COUNTERS", getenv("GOAT_HUB_COUNTERS"), usualCounters, shortestCounters, usualCounters); err != nil {
		return s, err
	}
	s.proxy = newProxies(getenv)
	s.dir = absolute(getenv("GOAT_DIR"))
	return s, nil
}

const hubExample = "set it to the hub's address, such as http://hub:8089"

// parseHub never shows a password, because it may be a token in the wrong place.
func parseHub(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, warning.Error{Err: errors.New("GOAT_HUB is no URL"), Next: hubExample}
	}
	switch {
	case u.User != nil:
		return nil, warning.Error{Err: errors.New("GOAT_HUB holds a name or a password"), Next: hubExample + ", and the token in GOAT_HUB_TOKEN"}
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "":
		return nil, warning.Variable("GOAT_HUB", text, hubExample)
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// parseToken takes off what surrounds a token that comes from a file. The value is
// shown nowhere.
func parseToken(value string) (string, error) {
	token := strings.TrimSpace(value)
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) || token == "" && value != "" {
		return "", warning.Error{Err: errors.New("GOAT_HUB_TOKEN is no token: a header cannot carry it"), Next: "set it to one of the hub's tokens, or leave it out"}
	}
	return token, nil
}

func parseDuration(name, value string, usual, least, most time.Duration) (time.Duration, error) {
	if value == "" {
		return usual, nil
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < least || d > most {
		return 0, warning.Variable(name, value, "set it to a time from "+least.String()+" to "+most.String()+", such as 2s, or leave it out")
	}
	return d, nil
}

func absolute(file string) string {
	if file == "" {
		return ""
	}
	if abs, err := filepath.Abs(file); err == nil {
		return abs
	}
	return file
}
