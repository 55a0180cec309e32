package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/places"
	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/internal/view"
)

func trackCommand() command {
	return command{
		name:  "track",
		args:  "[place ...]",
		short: "print which points of running and ended programs have been hit",
		long: `Track asks any number of processes what has run, and shows it as one: a point ran
if it ran in any of them. A place is
  host:port         a running binary; all addresses of a name are asked
  URL               the same; the path is /track where there is none
  file              what a binary wrote to GOAT_DIR, or /track's JSON
  directory         a GOAT_DIR
  -                 standard input: pages of /track, or one of these lists:
  file with a list  Prometheus' file_sd JSON, or what kubectl get
                    pods|endpointslices -o json prints
Without one it is the binary at 127.0.0.1 and the port GOAT_PORT or 57005.

With -hub the processes are those that a hub knows of a service, also those that
have ended: of the releases that run, or of the newest one, or of those that
-commit or -version name. GOAT_HUB_TOKEN, GOAT_HUB_CA and HTTPS_PROXY count then.

Builds of one commit against one base are put together, whichever program they
are; those of another commit or base are shown apart. GOAT_TOKEN is sent when it
is set, to the addresses above alone: no proxy is used, and no redirection to
another host or port followed.

Exit codes: 0 done; 1 some place could not be read; 2 the command line is wrong.
With -fail-under: 0 enough has run, 1 it has not, 2 nothing could be read.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			t := &track{program: p}
			fs.StringVar(&t.addr, "addr", "", "ask the binary at `host:port`, as a place does")
			fs.StringVar(&t.hub, "hub", "", "ask the hub at `URL` for the processes of -service")
			fs.StringVar(&t.service, "service", "", "of the hub: an application's `name`, or a service's whole name or id")
			fs.StringVar(&t.env, "env", "", "of the hub: the service in this `environment`")
			fs.StringVar(&t.version, "version", "", "show builds of this `version` of the application only")
			fs.StringVar(&t.component, "component", "", "show these components only: `names` or ids, separated by commas")
			fs.StringVar(&t.commit, "commit", "", "show builds from this `commit` only; its beginning will do")
			fs.StringVar(&t.file, "file", "", "show points in this `file` only, * for any text")
			fs.StringVar(&t.pkg, "package", "", "show points of this `package` only, * for any text")
			fs.StringVar(&t.function, "func", "", "show points in this `function` only, * for any text")
			fs.StringVar(&t.covered, "covered", "", "show only points that have been hit, or only those that have not: `true|false`")
			fs.IntVar(&t.order, "order", int(coverage.IDAscending), "sort by count (0), count descending (1), id (2) or id descending (3): a `number`")
			fs.StringVar(&t.by, "by", "", "show totals by `component|package|file|func|owner` in place of the points")
			fs.StringVar(&t.why, "why", "", "show how this `point` ran for the first time, in programs built with trace: {on: first-hit}; it is a stable id, file:line, or a function")
			fs.BoolVar(&t.source, "source", false, "show the source around what never ran, as on a terminal; -source=false shows tables there")
			fs.BoolVar(&t.asJSON, "json", false, "print JSON: of one page /track's, and for any number of them {releases, problems}")
			fs.BoolVar(&t.watch, "watch", false, "ask again every two seconds and show the latest, on a terminal, until Ctrl-C")
			fs.DurationVar(&t.timeout, "timeout", 10*time.Second, "wait this `time` for each place")
			fs.Float64Var(&t.failUnder, "fail-under", 0, "exit with 1 if less than this `percentage` of a release has run, 2 if nothing could be read")
			return func(args []string) error {
				t.gate, t.sourceGiven = given(fs, "fail-under"), given(fs, "source")
				return t.run(args)
			}
		},
	}
}

// given reports whether a flag was set.
func given(fs *flag.FlagSet, name string) (set bool) {
	fs.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

// track is one call of the command.
type track struct {
	*program
	addr, component, commit, file, pkg, function, covered, by string
	hub, service, env, version, why                           string
	order                                                     int
	asJSON, gate, source, sourceGiven, watch                  bool
	timeout                                                   time.Duration
	failUnder                                                 float64
}

func (t *track) run(args []string) error {
	if err := t.check(); err != nil {
		return err
	}
	names := args
	if t.addr != "" {
		addr := strings.TrimSuffix(strings.TrimPrefix(t.addr, "http://"), "/")
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return usagef("-addr %q is not host:port; write for example 127.0.0.1:57005", t.addr)
		}
		names = append([]string{addr}, args...)
	}
	if t.hub == "" {
		names = t.orLocal(names)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if t.watch {
		if !terminal.ScreenOf(t.stdout, t.getenv).Terminal || t.asJSON || t.gate || slices.Contains(names, "-") {
			return usagef("-watch is for a terminal, and goes with neither -json, -fail-under nor standard input; leave one of them out")
		}
		return t.keepShowing(ctx, names)
	}
	answer := t.read(ctx, names)
	if t.why != "" {
		return t.showWhy(answer)
	}
	if len(args) == 0 && t.addr == "" && len(answer.Processes) == 0 && inSourceTree() {
		fmt.Fprintln(t.stderr, `goat track: it shows what a binary says has run; to instrument a tree, as GOAT's track did, run "goat build", or "goat diff -markers | git apply"`)
	}
	return t.show(ctx, answer)
}

// inSourceTree reports whether the current directory belongs to a module.
func inSourceTree() bool {
	dir, err := os.Getwd()
	for err == nil {
		if modules.HasGoMod(dir) {
			return true
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return false
}

func (t *track) check() error {
	if _, err := t.filter(); err != nil {
		return err
	}
	switch {
	case t.order < 0 || t.order > int(coverage.IDDescending):
		return usagef("-order is %d; use 0 (count ascending), 1 (count descending), 2 (id ascending) or 3 (id descending)", t.order)
	case t.timeout <= 0:
		return usagef("-timeout is %v; write for example 10s", t.timeout)
	case t.hub != "" && t.service == "":
		return usagef("-hub needs the service that is asked for; name it with -service, for example -service shop")
	case t.why != "" && t.hub != "":
		return usagef("-why asks the processes themselves; name their addresses, without -hub")
	case t.hub == "" && t.service+t.env != "":
		return usagef("-service and -env are a hub's; name it with -hub, for example -hub http://hub:8089")
	case t.failUnder < 0 || t.failUnder > 100:
		return usagef("-fail-under is %v; write a percentage from 0 to 100", t.failUnder)
	case t.by != "" && !slices.Contains(view.Groups(), t.by):
		return usagef("-by %q is not known; use one of %s", t.by, strings.Join(view.Groups(), ", "))
	}
	return nil
}

func (t *track) filter() (f coverage.Filter, err error) {
	one := func(text string) []string {
		if text == "" {
			return nil
		}
		return []string{text}
	}
	f = coverage.Filter{File: one(t.file), Package: one(t.pkg), Func: one(t.function), Order: coverage.Order(t.order)}
	if t.covered != "" {
		covered, err := strconv.ParseBool(t.covered)
		if err != nil {
			return f, usagef("-covered is %q; use true or false", t.covered)
		}
		f.Covered = &covered
	}
	return f, nil
}

// read asks all places.
func (t *track) read(ctx context.Context, names []string) *places.Answer {
	if t.hub == "" {
		return t.readPlaces(ctx, t.timeout, names)
	}
	hub := places.Hub{
		URL: t.hub, Token: strings.TrimSpace(t.getenv("GOAT_HUB_TOKEN")), CA: t.getenv("GOAT_HUB_CA"),
		Cert: t.getenv("GOAT_HUB_CERT"), Key: t.getenv("GOAT_HUB_KEY"), Timeout: t.timeout,
		Service: t.service, Env: t.env, Commit: t.commit, Version: t.version,
	}
	answer := hub.Read(ctx)
	if len(names) > 0 {
		answer = answer.With(t.readPlaces(ctx, t.timeout, names))
	}
	return answer
}

// show prints what was read, and on standard error what could not be read.
func (t *track) show(ctx context.Context, answer *places.Answer) error {
	missing := t.sayProblems("track", answer.Problems)
	releases, err := t.narrow(coverage.Merge(answer.Processes))
	if err != nil {
		return err
	}
	if len(answer.Processes) > 0 {
		if err := t.print(ctx, t.stdout, answer, releases); err != nil {
			return err
		}
	}
	return t.verdict(releases, missing)
}

// watchInterval is the time between two readings of -watch.
const watchInterval = 2 * time.Second

// keepShowing repeats what fits on the screen until the user interrupts. The last
// state stays on the terminal.
func (t *track) keepShowing(ctx context.Context, names []string) error {
	var last string
	err := func() error {
		full := terminal.OpenFullScreen(t.stdout)
		defer full.Close()
		for {
			answer := t.read(ctx, names)
			if ctx.Err() != nil {
				return nil
			}
			text, err := t.state(ctx, answer)
			if err != nil {
				return err
			}
			last = text
			full.Show(text, terminal.ScreenOf(t.stdout, t.getenv))
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(watchInterval):
			}
		}
	}()
	fmt.Fprint(t.stdout, last)
	return err
}

// state is what is shown of one reading. What could not be read comes last.
func (t *track) state(ctx context.Context, answer *places.Answer) (string, error) {
	var text strings.Builder
	releases, err := t.narrow(coverage.Merge(answer.Processes))
	if err == nil {
		err = t.print(ctx, &text, answer, releases)
	}
	for _, problem := range answer.Problems {
		fmt.Fprintf(&text, "%s\n", terminal.Line(problem.Error()))
	}
	return text.String(), err
}

// print prints releases as the flags say.
func (t *track) print(ctx context.Context, w io.Writer, answer *places.Answer, releases []*coverage.Release) error {
	f, err := t.filter()
	if err != nil {
		return err
	}
	o := view.Options{Filter: f, By: t.by, Screen: terminal.ScreenOf(t.stdout, t.getenv), Now: time.Now()}
	if err := t.addSource(ctx, releases, &o); err != nil {
		return err
	}
	o.Filtered = t.component != "" || t.file != "" || t.pkg != "" || t.function != "" || t.covered != "" || t.order != int(coverage.IDAscending)
	if !t.asJSON {
		return view.Print(w, releases, o)
	}
	var problems []view.Problem
	for _, p := range answer.Problems {
		problems = append(problems, view.Problem{Place: p.Place, Error: p.Err.Error(), Note: p.Note})
	}
	return view.PrintJSON(w, answer.Page, releases, problems, o)
}

// addSource shows source if the output is a terminal or -source says so, and owners
// if the user asks for them.
func (t *track) addSource(ctx context.Context, releases []*coverage.Release, o *view.Options) error {
	show := t.source
	if !t.sourceGiven {
		show = o.Screen.Terminal && (o.Filter.Covered == nil || !*o.Filter.Covered)
	}
	show = show && t.by == "" && !t.asJSON
	byOwner := t.by == "owner"
	if !show && !byOwner && !t.asJSON {
		return nil
	}
	found, err := findSources(ctx, releases)
	if err != nil {
		return err
	}
	if show {
		o.Source = func(r *coverage.Release) view.Files { return found.files(ctx, r) }
		return nil
	}
	wrong, err := found.findOwners(ctx)
	if err == nil {
		o.Owners = found.owners
	}
	if !byOwner {
		return nil // JSON then has none
	}
	for _, text := range wrong {
		fmt.Fprintf(t.stderr, "goat track: %s\n", text)
	}
	return err
}

// narrow keeps what -commit, -version and -component ask for.
func (t *track) narrow(releases []*coverage.Release) ([]*coverage.Release, error) {
	return (&narrower{commit: t.commit, version: t.version, component: t.component}).narrow(releases)
}

// verdict decides the exit code. It can answer -fail-under even if a place could
// not be read, because hits there could only add to what has run.
func (t *track) verdict(releases []*coverage.Release, missing int) error {
	if !t.gate {
		if missing > 0 {
			return &exitCode{code: exitError} // the problems have been printed
		}
		return nil
	}
	if len(releases) == 0 {
		return &exitCode{exitCannotSay, errors.New("nothing could be read, so it cannot be said how much has run")}
	}
	for _, r := range releases {
		if total := r.Total(); !total.Reaches(t.failUnder) {
			return fmt.Errorf("%s: %d of %s ran, which is less than %v%%", view.Title(r), total.Covered, count(total.Total, "point"), t.failUnder)
		}
	}
	return nil
}

// exitCannotSay is the exit code of -fail-under if nothing could be read.
const exitCannotSay = 2
