package toolexec

import (
	"fmt"
	"strings"

	"github.com/goat-trace/goat/toolexec/internal/closure"
)

// version answers -V=full with the tool's own line and, for tools whose output
// goat changes, a salt. The go command hashes the line into the tool ID and so
// into each action ID, so it does not take from its cache what would be built
// differently. This is also where a build stops, once, if the user asked for
// something that is not possible (cmd/go/internal/work: toolID).
func (r *runner) version() (int, error) {
	if r.driven() || r.Name != "compile" && r.Name != "link" {
		if !r.CachesVersion() {
			return r.Become()
		}
		return r.Version()
	}
	salt := r.Getenv(closure.NestedEnv)
	if salt == "" {
		s, err := r.openSession()
		if err != nil {
			return 0, err
		}
		salt = s.ID
	}
	var out strings.Builder
	ask := r.Call
	ask.Stdout = &out
	code, err := ask.Version()
	if err != nil || code != 0 {
		fmt.Fprint(r.Stdout, out.String())
		return code, err
	}
	fmt.Fprintln(r.Stdout, salted(out.String(), salt))
	return 0, nil
}

// salted adds a salt to a tool's version line. For a release, the whole line
// counts. For a development version only the content ID does, which follows the
// last slash of the final "buildID=" field.
func salted(line, salt string) string {
	line = strings.TrimSpace(line)
	fields := strings.Fields(line)
	if last := len(fields) - 1; last > 1 && strings.HasPrefix(fields[last], "buildID=") {
		return line + "-goat-" + salt
	}
	return line + " goat:" + salt
}
