package cli

import (
	"flag"
	"fmt"
	"runtime"

	"github.com/goat-trace/goat/internal/buildinfo"
)

func versionCommand() command {
	return command{
		name:  "version",
		short: "print goat's version",
		long:  "Version prints goat's version and the Go release that built it.",
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			asJSON := fs.Bool("json", false, "print JSON: {version, go, os, arch}")
			return func(args []string) error {
				if err := noArguments(args); err != nil {
					return err
				}
				if *asJSON {
					return p.printJSON(map[string]string{"version": buildinfo.Version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH})
				}
				fmt.Fprintf(p.stdout, "goat %s %s %s/%s\n", buildinfo.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return nil
			}
		},
	}
}
