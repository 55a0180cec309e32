package graph

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/goat-trace/goat/hub/trace/relations"
)

// Handler returns the handler of /graphql. Poll is how often a subscription asks the
// store whether more of a run has come.
func Handler(e *relations.Engine, poll time.Duration, log *slog.Logger) http.Handler {
	roots := &Resolver{engine: e, poll: poll}
	c := Config{Resolvers: roots}
	costs(&c.Complexity)
	s := handler.New(NewExecutableSchema(c))
	s.AddTransport(transport.SSE{KeepAlivePingInterval: 15 * time.Second})
	s.AddTransport(transport.POST{})
	s.SetParserTokenLimit(maxTokens)
	s.Use(extension.Introspection{})
	s.Use(extension.FixedComplexityLimit(maxCost))
	s.Use(depthLimit(maxDepth))
	s.SetErrorPresenter(presenter(log))
	s.SetRecoverFunc(func(context.Context, any) error { return gqlerror.Errorf("the hub could not answer this") })
	s.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(withLoaders(ctx))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		s.ServeHTTP(w, r)
	})
}
