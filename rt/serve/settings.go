package serve

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/warning"
)

// settings are the checked variables.
type settings struct {
	address  string // host:port
	token    string // "" means no token is needed
	portFile string // absolute; "" for none
	// pushAddress is a further host:port for /push alone; "" for none.
	pushAddress string
	compat      bool
	hosts       []string   // lower-case names by which clients may address the server
	percent     int        // of a core, for all answers together
	outputs     []*os.File // the application's files as they are at its start
}

const (
	defaultPort = "57005"
	defaultIP   = "127.0.0.1"
)

func newSettings(getenv func(string) string) (settings, error) {
	port, err := parsePort(getenv("GOAT_PORT"))
	if err != nil {
		return settings{}, err
	}
	ip, err := parseIP(getenv("GOAT_METRICS_IP"))
	if err != nil {
		return settings{}, err
	}
	token, err := parseToken(getenv("GOAT_TOKEN"))
	if err != nil {
		return settings{}, err
	}
	hosts, err := parseHosts(getenv("GOAT_HOSTS"))
	if err != nil {
		return settings{}, err
	}
	percent, err := parsePercent(getenv("GOAT_CPU"))
	if err != nil {
		return settings{}, err
	}
	compat, err := parseCompat(getenv("GOAT_METRICS_COMPAT"))
	if err != nil {
		return settings{}, err
	}
	pushAddress, err := parsePushAddress(getenv("GOAT_PUSH_ADDR"))
	if err != nil {
		return settings{}, err
	}
	return settings{
		address:  net.JoinHostPort(ip, port),
		token:    token,
		portFile: absolute(getenv("GOAT_PORT_FILE")),
		compat:   compat,
		hosts:    hosts,
		percent:  percent,

		pushAddress: pushAddress,
	}, nil
}

func parsePort(value string) (string, error) {
	if value == "" {
		return defaultPort, nil
	}
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil {
		return "", warning.Variable("GOAT_PORT", value, "set it to a port from 1 to 65535, or to 0 for a free one")
	}
	return strconv.FormatUint(n, 10), nil
}

// parseIP requires an address, not a name: a look-up could block and give
// different results on different hosts. localhost is accepted, because its
// meaning is fixed.
func parseIP(value string) (string, error) {
	switch value {
	case "":
		return defaultIP, nil
	case "localhost":
		return defaultIP, nil
	}
	bare := value
	if strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") {
		bare = value[1 : len(value)-1]
	}
	ip, err := netip.ParseAddr(bare)
	if err != nil {
		return "", warning.Variable("GOAT_METRICS_IP", value, "set it to an IPv4 or IPv6 address of this host; 0.0.0.0 is all of IPv4, :: all of both")
	}
	return ip.String(), nil
}

// parsePushAddress reads host:port.
func parsePushAddress(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	const next = "set it to an address of this host and a port, such as 0.0.0.0:57006"
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		return "", warning.Variable("GOAT_PUSH_ADDR", value, next)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	ip, ipErr := parseIP(host)
	number, portErr := parsePort(port)
	if ipErr != nil || portErr != nil || number == "0" || port == "" {
		return "", warning.Variable("GOAT_PUSH_ADDR", value, next)
	}
	return net.JoinHostPort(ip, number), nil
}

// parseToken strips white space around a token that comes from a file, because
// a header cannot carry a line end. An empty token is an error, and lets nobody
// in.
func parseToken(value string) (string, error) {
	token := strings.TrimSpace(value)
	if token == "" && value != "" {
		return "", warning.Variable("GOAT_TOKEN", value, "set it to the token that /track is to ask for, or leave it out")
	}
	return token, nil
}

// parseHosts reads names that are separated by commas or blanks.
func parseHosts(value string) ([]string, error) {
	var hosts []string
	for _, name := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' }) {
		for _, r := range name {
			if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_') {
				return nil, warning.Variable("GOAT_HOSTS", value, "set it to host names without ports, separated by commas, such as shop.example.com; addresses need not stand there")
			}
		}
		hosts = append(hosts, normalName(name))
	}
	return hosts, nil
}

const defaultPercent = 10

func parsePercent(value string) (int, error) {
	if value == "" {
		return defaultPercent, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 100 {
		return 0, warning.Variable("GOAT_CPU", value, "set it to the percent of one core that goat may use for its answers, 1 to 100")
	}
	return n, nil
}

func parseCompat(value string) (bool, error) {
	if value == "" {
		return false, nil
	}
	compat, ok := rt.Boolean(value)
	if !ok {
		return false, warning.Variable("GOAT_METRICS_COMPAT", value, "set it to 1 for GOAT's goat_track_* series too, or leave it out")
	}
	return compat, nil
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
