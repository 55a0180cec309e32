package cli

import (
	"flag"

	"github.com/goat-trace/goat/internal/vet"
)

func vetCommand() command {
	return command{
		name:  "vet",
		args:  "[packages]",
		short: "preview the tracking points, as goat-vet does",
		long: `Vet lists the tracking points that a build would insert. It is goat-vet by itself:
the same flags, the same output. As a tool of "go vet" and "go fix", name
goat-vet: go vet -vettool=$(which goat-vet) ./... .

Exit codes: 0 done; 1 what was asked for could not be done; 2 the command line
is wrong; 3 there are points, and -fail was given.`,
		setup: func(_ *program, fs *flag.FlagSet) func([]string) error {
			vet.RegisterFlags(fs)
			return nil
		},
		drive: func(p *program, args []string) (int, error) {
			return vet.Preview("goat vet", args, p.stdout, p.stderr, p.getenv), nil
		},
	}
}
