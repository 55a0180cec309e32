package trace

import (
	"os"
	"path/filepath"
)

// Output is where one run goes: a Sink that is also told what the run is of.
type Output interface {
	Sink
	// Describe takes the run's run.json, and the tables of its packages. It is
	// called when the recording begins, when there are more packages, and once
	// after Close, with the end.
	Describe(run []byte, tables []Table) error
	// Place says where people find the run: a directory or a URL.
	Place() (dir, url string)
}

// Waiter is an Output that sends in the background after Close.
type Waiter interface {
	// Wait waits until everything was sent, for as long as the end of the program may
	// wait.
	Wait()
	// Done reports whether nothing more will be sent.
	Done() bool
}

// Table is what readers have to know about a package.
type Table struct{ Digest, Text string }

// OpenHub opens the output of a run that goes to a hub. goat-exec sets it, before
// Start, in programs that can reach one; rt/trace/uplink defines it. With wait, a
// goroutine waits where the hub is slower than the program. It calls gone, once and
// from a goroutine of its own, if the hub has deleted the run.
var OpenHub func(id RunID, wait bool, gone func()) (Output, error)

// Describe implements Output.
func (f *Folder) Describe(run []byte, tables []Table) error {
	for _, t := range tables {
		name := filepath.Join(TablesFolder, t.Digest)
		if _, err := os.Stat(filepath.Join(f.dir, name)); err == nil {
			continue
		}
		if err := f.Put(name, []byte(t.Text)); err != nil {
			return err
		}
	}
	return f.Put(RunFile, run)
}

// Place implements Output.
func (f *Folder) Place() (dir, url string) { return f.dir, "" }

// counted is an Output that counts.
type counted struct {
	*Counter
	to Output
}

func (c counted) Describe(run []byte, tables []Table) error { return c.to.Describe(run, tables) }

func (c counted) Place() (dir, url string) { return c.to.Place() }

// dropping is an Output no goroutine waits for.
type dropping struct {
	*Dropping
	to Output
}

func (d dropping) Describe(run []byte, tables []Table) error { return d.to.Describe(run, tables) }

func (d dropping) Place() (dir, url string) { return d.to.Place() }
