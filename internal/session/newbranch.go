package session

import (
	"context"
	"fmt"

	"github.com/goat-trace/goat/diffsrc"
)

// checkNewBranch refuses a newBranch that is not what is being built: the new
// side is always the work tree. Outside git there is nothing to compare.
func checkNewBranch(ctx context.Context, dir, branch string) error {
	if branch == "" || branch == "HEAD" || branch == "." || diffsrc.CheckedOut(ctx, dir, branch) {
		return nil
	}
	return fmt.Errorf("newBranch %q is not what is checked out: the build is of the work tree; check %s out, or set newBranch: HEAD in goat.yaml", branch, branch)
}
