// Package graph answers GraphQL about recorded steps: POST /graphql.
//
// In: a query. Out: JSON, or for a subscription server-sent events. The types are
// those of Microbat's technical specification (schema.graphqls), the answers come
// from hub/trace/relations.
//
//   - graph.go: the handler
//   - limits.go: what a query may cost
//   - resolvers.go: the roots: queries and the subscription
//   - node.go, run.go: the schema's types
//   - loader.go: steps that are asked for one by one, loaded together
//   - cursor.go: pages
//   - failure.go: what errors say
//   - generated.go, models_gen.go: by gqlgen ("go generate"), from the schema
//
// There is no mutation: feedback stays with its reader, who passes it to suspect.
package graph

//go:generate go run github.com/99designs/gqlgen@v0.17.94 generate
