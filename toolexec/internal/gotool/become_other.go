//go:build !unix

package gotool

// become runs the tool as a child, because this system cannot replace a
// process.
func become(_ string, _ []string, run func() (int, error)) (int, error) { return run() }
