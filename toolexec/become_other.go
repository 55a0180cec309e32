//go:build !unix

package toolexec

// become runs the tool as a child: this host cannot replace a process.
func become(_ string, _ []string, r *runner) (int, error) {
	return r.start(r.cmd.Args, r.stdout, r.stderr)
}
