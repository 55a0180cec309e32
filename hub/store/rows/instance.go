package rows

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/goat-trace/goat/hub/fleet"
)

// instance is an instance's row, as far as the writer needs it.
type instance struct {
	id       string
	build    string
	covmeta  string
	state    fleet.InstanceState
	measured bool
	acked    int
	covered  fleet.Bitmap
}

func (b *batch) instance(id string) (*instance, error) {
	i := &instance{id: id}
	err := b.stmts.findInstance.row(id).Scan(&i.build, &i.covmeta, &i.state, &i.measured, &i.acked, (*[]byte)(&i.covered))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fleet.Errorf(fleet.UnknownInstance, "no instance has the id %s; register it", id)
	}
	if err != nil {
		return nil, fmt.Errorf("reading instance %s: %w", id, err)
	}
	return i, nil
}

// word is what a report of an instance changes in its row.
type word struct {
	lease    int64
	state    fleet.InstanceState
	measured bool
	hits     bool // acked and covered have grown
}

// hear records that an instance has reported. It does not write indexed columns
// that stay the same, which is the usual case.
func (b *batch) hear(i *instance, w word) error {
	var err error
	if w.hits {
		_, err = b.stmts.pushed.exec(b.now, w.lease, i.acked, []byte(i.covered), i.id)
	} else {
		_, err = b.stmts.heard.exec(b.now, w.lease, i.id)
	}
	if err == nil && (w.state != i.state || w.measured != i.measured) {
		_, err = b.stmts.turned.exec(w.state, b.now, w.measured, i.id)
	}
	if err != nil {
		return fmt.Errorf("writing instance %s: %w", i.id, err)
	}
	return nil
}
