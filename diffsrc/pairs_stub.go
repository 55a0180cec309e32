package diffsrc
import "context"
func computePatch(ctx context.Context, o Options) (*LineSet, error) {return nil,nil}
