package diffsrc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// pullRequest returns the base of a pull request that a CI system has checked
// out. GitHub checks out either the request's own commit or a merge of both
// branches (refs/pull/N/merge), whose first parent is the request's target.
// GitLab checks out the request's own commit or, for merged results, also such
// a merge.
//
// The CI system's variables only count for the repository that the job is for,
// because a job may build others too.
//
// Sources: GitHub's "Variables reference" and "Events that trigger workflows",
// GitLab's "Predefined CI/CD variables reference".
func (r *repository) pullRequest(ctx context.Context, getenv func(string) string, at refsAt) (choice, bool, error) {
	if target := getenv("GITHUB_BASE_REF"); target != "" && r.isJobs(ctx, getenv("GITHUB_SHA"), getenv("GITHUB_REPOSITORY")) {
		why := "GITHUB_BASE_REF: the pull request is to be merged into it"
		if r.Head == getenv("GITHUB_SHA") {
			return r.mergeTarget(ctx, target, why)
		}
		return choice{ref: "refs/remotes/" + r.remoteBranch(ctx, target), why: why}, true, nil
	}
	base := getenv("CI_MERGE_REQUEST_DIFF_BASE_SHA")
	if git.IsHex(base) && r.isJobs(ctx, getenv("CI_COMMIT_SHA"), getenv("CI_PROJECT_PATH")) {
		target := getenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
		if slices.Contains([]string{"merged_result", "merge_train"}, getenv("CI_MERGE_REQUEST_EVENT_TYPE")) {
			return r.mergeTarget(ctx, target, "the merge request is checked out as merged into it")
		}
		return choice{ref: base, name: target, why: "CI_MERGE_REQUEST_DIFF_BASE_SHA: the merge request begins there"}, true, nil
	}
	if len(at.requests) > 0 {
		return r.mergeTarget(ctx, "", at.requests[0]+" is checked out, a merge into it")
	}
	return choice{}, false, nil
}

// isJobs reports whether the repository is the CI job's: the job's commit is
// checked out, or its remote is "owner/name" of the job.
func (r *repository) isJobs(ctx context.Context, commit, name string) bool {
	if commit == r.Head {
		return true
	}
	remote := git.DefaultRemote(r.Remotes(ctx))
	if remote == "" || name == "" {
		return false
	}
	url, err := r.Git.Line(ctx, "config", "--get", "remote."+remote+".url")
	url = strings.TrimSuffix(strings.TrimSuffix(url, "/"), ".git")
	return err == nil && (strings.HasSuffix(url, "/"+name) || strings.HasSuffix(url, ":"+name))
}

// mergeTarget returns what HEAD, a merge commit, was merged into, which is its
// first parent. In a shallow clone the parent may be missing; that shows when
// it is resolved. If HEAD is no merge, the base is the given branch.
func (r *repository) mergeTarget(ctx context.Context, branch, why string) (choice, bool, error) {
	out, err := r.Git.Fixed().Run(ctx, nil, "cat-file", "commit", r.Head) // rev-list knows no parents where a shallow clone ends
	if err != nil {
		return choice{}, false, fmt.Errorf("reading the parents of HEAD of %s: %w", r.Top, err)
	}
	var parents []string
	for line := range strings.Lines(string(out)) {
		parent, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "parent ")
		if ok {
			parents = append(parents, parent)
		} else if line == "\n" {
			break
		}
	}
	if len(parents) == 2 {
		return choice{ref: parents[0], name: branch, why: why}, true, nil
	}
	if branch == "" {
		return choice{}, false, nil
	}
	return choice{ref: "refs/remotes/" + r.remoteBranch(ctx, branch), why: why}, true, nil
}

// remoteBranch returns the remote-tracking branch of a branch, without
// refs/remotes/.
func (r *repository) remoteBranch(ctx context.Context, branch string) string {
	remote := git.DefaultRemote(r.Remotes(ctx))
	if remote == "" {
		remote = "origin"
	}
	return remote + "/" + branch
}
