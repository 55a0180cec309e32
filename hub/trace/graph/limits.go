package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// What a query may cost.
const (
	maxBody   = 64 << 10 // bytes
	maxTokens = 2000
	maxDepth  = 12
	maxCost   = 20000 // fields, those in lists times the length of the list
	maxPage   = 100
	maxChain  = 200
)

// costs says how much lists multiply what is in them.
func costs(c *ComplexityRoot) {
	times := func(first *int, most int) int {
		if first != nil && *first > 0 {
			return min(*first, most)
		}
		return most
	}
	c.Trace.Steps = func(child int) int { return 1 + maxPage*child }
	c.Trace.StepsFrom = func(child int, first *int, _ *string) int { return 1 + times(first, maxPage)*child }
	c.Trace.Find = func(child int, _ string, first, _ *int) int { return 50 + times(first, maxPage)*child }
	c.Trace.WhyValue = func(child, _ int, _ *string, limit *int) int { return 50 + times(limit, maxChain)*child }
	c.Trace.WhyStep = func(child, _ int, limit *int) int { return 50 + times(limit, maxChain)*child }
	c.Trace.Suspect = func(child int, said []*Feedback) int { return 50 + 10*len(said) + child }
	c.Run.WhyNot = func(child int, _ string, _ int) int { return 100 + 5*child }
	c.Run.Threads = func(child int) int { return 10 + 10*child }
	c.Query.Runs = func(child int, first *int, _ *string, _ *string) int { return 1 + times(first, maxPage)*child }
	c.TraceNode.Reads = func(child int) int { return 1 + 3*child }
	c.TraceNode.Writes = func(child int) int { return 1 + 3*child }
	c.Location.Reads = c.TraceNode.Reads
	c.Location.Writes = c.TraceNode.Writes
	c.Var.ReadBy = func(child int) int { return 20 + 10*child }
}

// depthLimit refuses queries that are nested more deeply.
type depthLimit int

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = depthLimit(0)

// ExtensionName implements graphql.HandlerExtension.
func (depthLimit) ExtensionName() string { return "DepthLimit" }

// Validate implements graphql.HandlerExtension.
func (depthLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (l depthLimit) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if d := depth(op.Operation.SelectionSet, 0, int(l)); d > int(l) {
		return gqlerror.Errorf("the query is nested more than %d deep; ask in several queries", int(l))
	}
	return nil
}

// depth returns how deeply fields are nested, up to one more than the limit.
// Introspection does not count: its types are nested by themselves.
func depth(set ast.SelectionSet, at, limit int) int {
	if at > limit {
		return at
	}
	most := at
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name != "__schema" && s.Name != "__type" {
				most = max(most, depth(s.SelectionSet, at+1, limit))
			}
		case *ast.InlineFragment:
			most = max(most, depth(s.SelectionSet, at, limit))
		case *ast.FragmentSpread:
			if s.Definition != nil {
				most = max(most, depth(s.Definition.SelectionSet, at, limit))
			}
		}
	}
	return most
}
