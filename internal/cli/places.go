package cli

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/goat-trace/goat/internal/places"
	"github.com/goat-trace/goat/internal/terminal"
)

// placesHelp says what a place is, for the commands that read places.
const placesHelp = `A place is
  host:port         a running binary; all addresses of a name are asked
  URL               the same; the path is /track where there is none
  file              what a binary wrote to GOAT_DIR, /track's JSON, or a binary,
                    which has points and no hits
  directory         a GOAT_DIR, or the directory of goat test -hits
  -                 standard input: pages of /track, or one of these lists:
  file with a list  Prometheus' file_sd JSON, or what kubectl get
                    pods|endpointslices -o json prints
Without one it is the binary at 127.0.0.1 and the port GOAT_PORT or 57005.`

// readPlaces asks all places, each with a time limit. On a terminal a line shows
// the progress.
func (p *program) readPlaces(ctx context.Context, timeout time.Duration, names []string) *places.Answer {
	progress := terminal.NewProgress(p.stderr, "goat", p.getenv)
	defer progress.End()
	reader := places.Reader{
		Stdin: p.stdin, Token: strings.TrimSpace(p.getenv("GOAT_TOKEN")), Port: p.port(), Timeout: timeout,
		Step: func(done, total int) { progress.Step("asking processes", done, total) },
	}
	progress.Step("asking processes", 0, 0)
	return reader.Read(ctx, names)
}

// orLocal returns the binary on this machine if the user names no place.
func (p *program) orLocal(names []string) []string {
	if len(names) == 0 {
		return []string{net.JoinHostPort("127.0.0.1", p.port())}
	}
	return names
}

// sayProblems says which places could not be read, and returns how many.
func (p *program) sayProblems(command string, problems []*places.Problem) (missing int) {
	for _, problem := range problems {
		fmt.Fprintf(p.stderr, "goat %s: %s\n", command, terminal.Text(problem.Error()))
		if !problem.Note {
			missing++
		}
	}
	return missing
}

// port is where a binary listens by default.
func (p *program) port() string {
	if port := p.getenv("GOAT_PORT"); port != "0" {
		return cmp.Or(port, places.DefaultPort)
	}
	return places.DefaultPort
}

// theHub is the hub at an address, with the token and certificates of the environment.
func (p *program) theHub(address string) places.Hub {
	return places.Hub{
		URL: address, Token: strings.TrimSpace(p.getenv("GOAT_HUB_TOKEN")), CA: p.getenv("GOAT_HUB_CA"),
		Cert: p.getenv("GOAT_HUB_CERT"), Key: p.getenv("GOAT_HUB_KEY"),
	}
}
