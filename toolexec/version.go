package toolexec

import (
	"bytes"
	"fmt"
	"strings"
)

// version answers -V=full: the tool's own line and, for the tools whose
// output goat changes, a salt. The go command hashes the line into the tool
// ID and so into each action ID: what would be built differently is not taken
// from the cache. This is also where a build stops, once, when the user asked
// for something that cannot be (cmd/go/internal/work: toolID).
func (r *runner) version() (int, error) {
	if r.driven() || r.cmd.Name != "compile" && r.cmd.Name != "link" {
		if r.versionKey() == "" {
			return r.passOn()
		}
		return r.toolVersion(r.stdout)
	}
	salt := r.getenv(nestedEnv)
	if salt == "" {
		s, err := r.session()
		if err != nil {
			return 0, err
		}
		salt = s.ID
	}
	var out bytes.Buffer
	code, err := r.toolVersion(&out)
	if err != nil || code != 0 {
		r.stdout.Write(out.Bytes())
		return code, err
	}
	fmt.Fprintln(r.stdout, salted(out.String(), salt))
	return 0, nil
}

// salted adds a salt to a tool's version line. Of a release the whole line
// counts; of a development version only the content ID, which is what
// follows the last slash of the final "buildID=" field.
func salted(line, salt string) string {
	line = strings.TrimSpace(line)
	fields := strings.Fields(line)
	if last := len(fields) - 1; last > 1 && strings.HasPrefix(fields[last], "buildID=") {
		return line + "-goat-" + salt
	}
	return line + " goat:" + salt
}
