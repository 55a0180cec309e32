package gocmd

import (
	"strings"
	"testing"
)

// TestAncestor looks at process 1: in a container that is often the go command.
func TestAncestor(t *testing.T) {
	p, ok := ancestor(1)
	if !ok || p.comm == "" || !p.Unique() {
		t.Errorf("got %+v, %v, want a process with a name and a start", p, ok)
	}
	if ns := namespace(); len(ns) < 2 || !strings.HasSuffix(p.ID(), ns) {
		t.Errorf("got the ID %q, want one that ends with the namespace %q", p.ID(), ns)
	}
	if p, ok := ancestor(0); ok {
		t.Errorf("got process 0, which is in another namespace: %+v", p)
	}
}
