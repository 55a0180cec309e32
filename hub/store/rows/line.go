package rows

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"
)

// background is the context of all writes: a transaction serves many callers, so
// none of them may end it.
var background = context.Background()

// line is the connection that writes, with its prepared statements.
type line struct {
	dialect *Dialect
	conn    *sql.Conn
	stmts   statements
	ctx     context.Context // of the transaction
}

func connect(ctx context.Context, d *Dialect, db *sql.DB) (*line, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	l := &line{dialect: d, conn: conn, ctx: background}
	for _, statement := range d.Setup {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			l.drop()
			return nil, fmt.Errorf("setting up a connection to the database: %w", err)
		}
	}
	if err := l.stmts.prepare(ctx, l); err != nil {
		l.drop()
		return nil, err
	}
	return l, nil
}

// begin sets how long the transaction may take; 0 is without a limit.
func (l *line) begin(limit time.Duration) (end func()) {
	if limit == 0 {
		l.ctx = background
		return func() {}
	}
	var cancel context.CancelFunc
	l.ctx, cancel = context.WithTimeout(background, limit)
	return cancel
}

// rollback reports whether the connection can be used again.
func (l *line) rollback() bool {
	ctx, cancel := context.WithTimeout(background, 5*time.Second)
	defer cancel()
	_, err := l.conn.ExecContext(ctx, "ROLLBACK")
	return err == nil || l.dialect.OneWriter // SQLite may have done it already
}

// drop ends a connection that may be broken.
func (l *line) drop() {
	l.stmts.close()
	_ = l.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = l.conn.Close()
}

// close gives the connection back.
func (l *line) close() {
	l.stmts.close()
	_ = l.conn.Close()
}
