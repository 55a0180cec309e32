package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/goat-trace/goat/hub/trace"
	"github.com/goat-trace/goat/hub/trace/relations"
)

// refused is an error whose text is for who has asked.
type refused struct{ text string }

func (e refused) Error() string { return e.text }

func refuse(format string, args ...any) error { return refused{fmt.Sprintf(format, args...)} }

// public makes errors that are about the question readable; others stay hidden.
func public(err error) error {
	var (
		noStep     relations.ErrNoStep
		noVariable relations.ErrVariable
		noLine     relations.ErrNoLine
		feedback   relations.ErrSearch
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &noStep), errors.As(err, &noVariable), errors.As(err, &noLine), errors.As(err, &feedback), errors.Is(err, trace.ErrNotFound):
		return refused{err.Error()}
	}
	return err
}

// presenter says what went wrong: all of what a question has caused. What the store
// says goes to the log.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var own refused
		var known *gqlerror.Error
		switch {
		case errors.As(err, &own):
			return gqlerror.WrapPath(graphql.GetPath(ctx), own)
		case errors.As(err, &known) && known.Err == nil:
			return known
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return gqlerror.ErrorPathf(graphql.GetPath(ctx), "the question was given up")
		}
		log.ErrorContext(ctx, "graphql failed", "error", err)
		return gqlerror.ErrorPathf(graphql.GetPath(ctx), "the hub could not answer this; its log says why")
	}
}
