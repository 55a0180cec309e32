package scriptcmd

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// condition checks for what a host may lack:
//
//	[ipv6]   an IPv6 loopback
//	[mount]  a process may mount in a namespace of its own
//	[asan]   gcc has the address sanitizer
//	[msan]   clang is there and has the memory sanitizer
//	[long]   the run is one of make proofs, which has time
func condition(name string) (bool, error) {
	switch name {
	case "ipv6":
		l, err := net.Listen("tcp", "[::1]:0")
		if err != nil {
			return false, nil
		}
		return true, l.Close()
	case "mount":
		return exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", os.TempDir()).Run() == nil, nil
	case "asan":
		return sanitizes("gcc", "address")
	case "long":
		return os.Getenv("GOAT_PROOFS") == "all", nil
	case "msan":
		return sanitizes("clang", "memory")
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// sanitizes reports whether a C compiler builds programs with a sanitizer that run
// on this host.
func sanitizes(compiler, sanitizer string) (bool, error) {
	dir, err := os.MkdirTemp("", "goat-sanitizer-")
	if err != nil {
		return false, fmt.Errorf("making a folder for a probe: %w", err)
	}
	defer os.RemoveAll(dir)
	source, program := filepath.Join(dir, "probe.c"), filepath.Join(dir, "probe")
	if err := os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o666); err != nil {
		return false, fmt.Errorf("writing a probe: %w", err)
	}
	if exec.Command(compiler, "-fsanitize="+sanitizer, "-o", program, source).Run() != nil {
		return false, nil
	}
	return exec.Command(program).Run() == nil, nil
}
