package rows

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/goat-trace/goat/hub/fleet"
)

// explain returns an error as callers get it: if the database is away it is Busy,
// and people read the next step.
func (d *Dialect) explain(err error) error {
	if err == nil {
		return nil
	}
	if e := (*fleet.Error)(nil); errors.As(err, &e) {
		return err
	}
	if d.Explain != nil {
		err = d.Explain(err)
	}
	if !d.OneWriter && d.away(err) {
		return fmt.Errorf("%w: %w", fleet.Errorf(fleet.Busy, "the database does not answer; try again"), err)
	}
	return err
}

func (d *Dialect) away(err error) bool {
	var network *net.OpError
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.DeadlineExceeded) || d.Away != nil && d.Away(err)
}
