package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"time"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gate"
	"github.com/goat-trace/goat/internal/report"
	"github.com/goat-trace/goat/internal/terminal"
)

func gateCommand() command {
	return command{
		name:  "gate",
		args:  "[place ...]",
		short: "wait until enough of the changed code has run, and say whether it has",
		long: `Gate reads what goat report reads, again and again, until the changed code that
has to has run, nothing new has run for -quiet, or -timeout is over. How much has to
is said by -min and by gate: in goat.yaml, by component, package, owner and kind;
without either it is all of it. Excused code need not have run.

` + placesHelp + `

Exit codes: 0 enough has run; 1 it has not; 2 it cannot be said: no process was
reached, several releases were, or one that was built from another commit, against
another base or without one; or the command line is wrong.

With -hub it is the hub that judges: what all instances of the release ran, with the
excuses of its portal, by -min and -rule, or else by the rules of goat.yaml at the
release's commit.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			g := &gatekeeper{program: p}
			fs.StringVar(&g.min, "min", "", "this `percentage` of all changed code must have run; wins over the rule for all in goat.yaml")
			fs.Var(&g.rules, "rule", "a further `rule` as in goat.yaml, such as \"90 owner @team\"; may be given several times")
			fs.DurationVar(&g.timeout, "timeout", 30*time.Minute, "wait this `time` at most; 0 decides at once")
			fs.DurationVar(&g.quiet, "quiet", 10*time.Minute, "end when nothing new has run for this `time`; 0 for no such limit")
			fs.DurationVar(&g.every, "every", 5*time.Second, "ask again after this `time`")
			fs.StringVar(&g.commit, "commit", "", "judge builds from this `commit` only; its beginning will do")
			fs.StringVar(&g.base, "base", "", "the build must have been compared with this base: a `ref` as it was given, or a commit's beginning")
			fs.Var(&g.tests, "tests", "what this `place` has was run by tests; may be given several times")
			fs.StringVar(&g.format, "format", "text", "print the verdict as `text|json|junit`")
			fs.StringVar(&g.hub, "hub", "", "ask the hub at this `URL` for its verdict on -service, in place of places")
			fs.StringVar(&g.service, "service", "", "of the hub: an application's `name`, or a service's whole name or id")
			fs.StringVar(&g.env, "env", "", "of the hub: the service in this `environment`")
			fs.StringVar(&g.out, "o", "", "write it to this `file`; it appears whole or not at all")
			return g.run
		},
	}
}

// gatekeeper is one call of the command.
type gatekeeper struct {
	*program
	min, commit, base, format, out string
	hub, service, env              string
	rules, tests                   list
	timeout, quiet, every          time.Duration
}

// placeTimeout is how long a reading waits for one place.
const placeTimeout = 10 * time.Second

func (g *gatekeeper) run(args []string) error {
	rules, err := g.allRules()
	if err != nil {
		return err
	}
	names := args
	if len(args)+len(g.tests) == 0 {
		names = g.orLocal(args)
	}
	switch {
	case g.hub != "" && g.service == "":
		return usagef("-hub needs the service that is asked for; name it with -service, for example -service shop")
	case g.hub != "" && len(args)+len(g.tests) > 0:
		return usagef("-hub judges what its instances ran; leave places and -tests out")
	case g.hub == "" && g.service+g.env != "":
		return usagef("-service and -env are a hub's; name it with -hub, for example -hub http://hub:8089")
	case g.timeout < 0 || g.quiet < 0:
		return usagef("-timeout is %v and -quiet %v; write for example 30m, or 0", g.timeout, g.quiet)
	case g.every < 100*time.Millisecond:
		return usagef("-every is %v; write 100ms or more", g.every)
	case !slices.Contains([]string{"text", "json", "junit"}, g.format):
		return usagef("-format is %q; use text, json or junit", g.format)
	case slices.Contains(names, "-") && g.timeout > 0:
		return usagef("standard input is there once and cannot be asked again; add -timeout 0, or name a file")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	state := &gate.Gate{Rules: rules, Base: g.base, Commit: g.commit, Timeout: g.timeout, Quiet: g.quiet}
	var d gate.Decision
	if g.hub != "" {
		d, err = g.ofHub().wait(ctx, state)
	} else {
		d, err = g.wait(ctx, state, names)
	}
	if err != nil {
		return &exitCode{int(gate.Unknown), err}
	}
	write := func(w io.Writer) error { return printVerdict(w, g.format, &d) }
	if g.out == "" || g.out == "-" {
		err = write(g.stdout)
	} else {
		err = writeFile(g.out, write)
	}
	switch {
	case err != nil:
		return &exitCode{int(gate.Unknown), err}
	case d.Verdict == gate.Passed:
		return nil
	case d.Verdict == gate.Unknown || g.out != "":
		return &exitCode{int(d.Verdict), fmt.Errorf("%s: %s", d.Verdict, d.Why)}
	}
	return &exitCode{code: int(d.Verdict)}
}

// ofHub is the same call, of a hub.
func (g *gatekeeper) ofHub() *hubGate {
	h := &hubGate{program: g.program, hub: g.theHub(g.hub), query: url.Values{}, every: g.every}
	h.hub.Service, h.hub.Env, h.hub.Commit = g.service, g.env, g.commit
	if g.min != "" {
		h.query.Set("min", g.min)
	}
	if len(g.rules) > 0 {
		h.query["rule"] = g.rules
	}
	if g.base != "" {
		h.query.Set("base", g.base)
	}
	return h
}

// allRules returns the rules of goat.yaml and of the flags.
func (g *gatekeeper) allRules() ([]config.GateRule, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the current directory: %w", err)
	}
	texts := slices.Clone(g.rules)
	if g.hub == "" { // a hub reads the goat.yaml of the release's commit
		c, err := config.Load(config.Input{Dir: dir, Getenv: g.getenv})
		if err != nil {
			return nil, &exitCode{int(gate.Unknown), err}
		}
		texts = append(slices.Clone(c.Gate), g.rules...)
	}
	if g.min != "" {
		if _, err := strconv.ParseFloat(g.min, 64); err != nil {
			return nil, usagef("-min is %q; write a percentage from 0 to 100", g.min)
		}
		texts = append([]string{g.min}, texts...)
	}
	rules, err := config.GateRules(texts)
	if err != nil {
		return nil, usageError{err}
	}
	return rules, nil
}

// wait reads until there is a verdict. Only then does it say what could not be
// read, because pods come and go in between.
func (g *gatekeeper) wait(ctx context.Context, state *gate.Gate, names []string) (gate.Decision, error) {
	progress := terminal.NewProgress(g.stderr, "goat gate", g.getenv)
	defer progress.End()
	quiet := *g.program
	quiet.stderr = io.Discard
	for {
		input := readInput{command: "gate", names: names, tests: g.tests, commit: g.commit, timeout: placeTimeout, mayLack: true}
		read, err := quiet.readReport(ctx, input)
		if ctx.Err() != nil {
			return gate.Decision{}, fmt.Errorf("it was interrupted before there was a verdict")
		}
		if err != nil {
			return gate.Decision{}, err
		}
		d := state.Step(&gate.Reading{Report: read.report, Reached: read.reached, Time: time.Now(), Facts: factsOf(read.report)})
		if d.Done {
			progress.End()
			g.sayRead(read)
			return d, nil
		}
		progress.Step(waiting(&d), 0, 0)
		select {
		case <-ctx.Done():
		case <-time.After(max(100*time.Millisecond, min(g.every, d.Left))):
		}
	}
}

// factsOf is what rules can ask of the first release itself.
func factsOf(r *report.Report) (facts gate.Facts) {
	if len(r.Releases) == 0 {
		return facts
	}
	facts.Pods = len(r.Releases[0].Processes)
	for _, p := range r.Releases[0].Processes {
		if !p.Started.IsZero() {
			facts.Age = max(facts.Age, time.Since(p.Started))
		}
	}
	return facts
}

// sayRead says what could not be read, and which excuses excuse nothing.
func (g *gatekeeper) sayRead(read *reading) {
	for _, p := range read.report.Problems {
		fmt.Fprintf(g.stderr, "goat gate: %s\n", terminal.Text(p.Place+": "+p.Error))
	}
	g.sayWrong(read.report, "gate")
}

// waiting shows the progress on one line.
func waiting(d *gate.Decision) string {
	left := d.Left.Round(time.Second)
	if d.Verdict == gate.Unknown {
		return fmt.Sprintf("%s; %v left", d.Why, left)
	}
	return fmt.Sprintf("%d of %d points covered, %s; %v left", d.Release.Totals.Covered, d.Release.Totals.Wanted(), d.Why, left)
}
