package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/testpush"
)

// pushTests sends what the places have to a hub, as a run of tests. Nothing is sent
// unless all of them can be read.
func (r *reporter) pushTests(args []string) error {
	names := slices.Concat(args, r.tests)
	address := cmp.Or(r.hub, strings.TrimSpace(r.getenv("GOAT_HUB")))
	switch {
	case !r.push:
		return usagef("-hub belongs to -push; add it")
	case r.format != "text" || r.out != "" || r.merge != "" || r.diffCover || r.component != "" || r.commit != "":
		return usagef("-push writes no report and sends everything; leave -format, -o, -merge, -diff-cover, -component and -commit out")
	case address == "":
		return usagef("-push needs a hub; set GOAT_HUB, or name it with -hub, for example -hub http://hub:8089")
	case len(names) == 0:
		return usagef("-push needs the hits that are to be sent; name the directory of goat test -hits")
	case r.pushWait < 0:
		return usagef("-push-wait is %v; write for example 2m, or 0", r.pushWait)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	answer := r.readPlaces(ctx, r.timeout, names)
	if r.sayProblems("report", answer.Problems) > 0 {
		return fmt.Errorf("nothing was sent, because hits are missing")
	}
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the current directory: %w", err)
	}
	run, err := testpush.New(ctx, dir, r.getenv, answer.Processes)
	if err != nil {
		return err
	}
	progress := terminal.NewProgress(r.stderr, "goat report", r.getenv)
	defer progress.End()
	progress.Step("sending the hits to the hub", 0, 0)
	hub := r.theHub(address)
	err = run.Send(ctx, &hub, r.pushWait, func(err error) { progress.Step("trying again: "+err.Error(), 0, 0) })
	if err != nil {
		return fmt.Errorf("sending the hits to %s: %w", terminal.Word(address), err)
	}
	return nil
}
