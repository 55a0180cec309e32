package session

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// checkNewBranch refuses a newBranch that is not what is being built: the new
// side is always the work tree. Outside git there is nothing to compare.
func checkNewBranch(ctx context.Context, dir, branch string) error {
	if branch == "" || branch == "HEAD" || branch == "." {
		return nil
	}
	head, err := revParse(ctx, dir, "HEAD")
	if err != nil {
		return nil
	}
	if tip, err := revParse(ctx, dir, branch); err == nil && tip == head {
		return nil
	}
	return fmt.Errorf("newBranch %q is not what is checked out: the build is of the work tree; check %s out, or set newBranch: HEAD in goat.yaml", branch, branch)
}

func revParse(ctx context.Context, dir, ref string) (string, error) {
	c := exec.CommandContext(ctx, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	c.Dir = dir
	out, err := c.Output()
	return strings.TrimSpace(string(out)), err
}
