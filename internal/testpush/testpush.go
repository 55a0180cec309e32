// Package testpush sends what a test run has run to a hub, where it stands beside what
// production runs.
//
// In: the processes of the tests, the directory that they are of, and the variables of
// a CI job. Out: one request to the hub, sent again until the hub has it or the time is
// over. The same run has the same id, so sending it again changes nothing.
//
// What it cannot do: it does not know which service the tests are of. The hub finds
// that by the module and by the points' stable ids.
package testpush

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/places"
)

// Run is a run of tests, as the hub takes it.
type Run struct {
	Module string   `json:"module"`
	Name   string   `json:"name"`
	URL    string   `json:"url"`
	Commit string   `json:"commit"`
	Branch string   `json:"branch"`
	Points int      `json:"points"`
	Ran    []string `json:"ran"` // stable ids, ascending
}

// New describes the run whose processes these are, in a module's directory.
func New(ctx context.Context, dir string, getenv func(string) string, processes []*coverage.Process) (*Run, error) {
	module, err := moduleOf(dir)
	if err != nil {
		return nil, err
	}
	r := &Run{Module: module, Ran: []string{}}
	all := make(map[string]bool)
	for _, p := range processes {
		r.Commit = cmp.Or(r.Commit, p.Build.Commit)
		for i := range p.Build.Sites {
			s := &p.Build.Sites[i]
			if s.StableID == "" || s.InTestFile() {
				continue
			}
			all[s.StableID] = all[s.StableID] || i < len(p.Counts) && p.Counts[i] > 0
		}
	}
	for id, ran := range all {
		if ran {
			r.Ran = append(r.Ran, id)
		}
	}
	slices.Sort(r.Ran)
	r.Points = len(all)
	r.job(getenv)
	if r.Commit == "" {
		if sources, err := diffsrc.OpenSources(ctx, dir); err == nil {
			r.Commit = sources.Head()
		}
	}
	return r, nil
}

// job reads what a CI job says of itself: GitHub's, GitLab's and Jenkins' variables,
// and goat's own, which win.
func (r *Run) job(getenv func(string) string) {
	first := func(names ...string) string {
		for _, name := range names {
			if value := strings.TrimSpace(getenv(name)); value != "" {
				return value
			}
		}
		return ""
	}
	r.Name = cmp.Or(first("GOAT_TESTS_NAME", "CI_JOB_NAME", "GITHUB_JOB", "JOB_NAME"), "tests")
	r.URL = first("GOAT_TESTS_URL", "CI_JOB_URL", "BUILD_URL")
	if server, repository, id := getenv("GITHUB_SERVER_URL"), getenv("GITHUB_REPOSITORY"), getenv("GITHUB_RUN_ID"); r.URL == "" && server != "" && repository != "" && id != "" {
		r.URL = server + "/" + repository + "/actions/runs/" + id
	}
	r.Commit = cmp.Or(r.Commit, first("GOAT_COMMIT", "GIT_COMMIT", "CI_COMMIT_SHA", "GITHUB_SHA"))
	r.Branch = strings.TrimPrefix(first("GIT_BRANCH", "CI_COMMIT_REF_NAME", "GITHUB_HEAD_REF", "GITHUB_REF_NAME"), "origin/")
}

// maxModFile bounds a go.mod, in bytes.
const maxModFile = 16 << 20

// moduleOf is the module whose directory holds dir.
func moduleOf(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		text, err := bounded.ReadFile(filepath.Join(at, "go.mod"), maxModFile)
		if err == nil {
			if module := modfile.ModulePath(text); module != "" {
				return module, nil
			}
			return "", fmt.Errorf("reading %s: it names no module", filepath.Join(at, "go.mod"))
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("reading the module that was tested: %w", err)
		}
		if at == filepath.Dir(at) {
			return "", errors.New("there is no go.mod here, which says which module was tested; run goat in the module's directory")
		}
	}
}

// id is the same for the same run.
func (r *Run) id(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:16])
}

// Send sends the run. While the hub is away or busy, it is asked again, less and less
// often, for as long as wait. step is told what is wrong meanwhile; it may be nil.
func (r *Run) Send(ctx context.Context, hub *places.Hub, wait time.Duration, step func(error)) error {
	document, err := json.Marshal(r)
	if err != nil {
		return err
	}
	end := time.Now().Add(wait)
	for pause := time.Second; ; pause = min(2*pause, 30*time.Second) {
		err := hub.Put(ctx, "/api/v1/tests/"+r.id(document), document)
		if err == nil || errors.As(err, &places.Refused{}) || ctx.Err() != nil || time.Now().Add(pause).After(end) {
			return err
		}
		if step != nil {
			step(err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}
