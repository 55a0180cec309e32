package source

import (
	"cmp"
	"log/slog"
	"os"
	"time"
)

// Options bound what mirrors may take. The zero value has the defaults.
type Options struct {
	// FetchTimeout bounds a clone or a fetch; 10 minutes.
	FetchTimeout time.Duration
	// ReadTimeout bounds what only reads; 30 seconds.
	ReadTimeout time.Duration
	// RetryAfter is how long a commit that was not found is not asked for again; a
	// minute.
	RetryAfter time.Duration
	// MirrorBytes bounds the size of a mirror; 8 GiB.
	MirrorBytes int64
	// FileBytes bounds a file that is read; 8 MiB.
	FileBytes int64
	// Fetches is how many fetches run at once; 4.
	Fetches int
	// MissesPerMinute is for how many commits that are not in a mirror its
	// repository is asked within a minute; 30. Ids of commits come from agents.
	MissesPerMinute int
	// Packs is how many packs a mirror has before they are made one; 50. Each fetch
	// leaves one.
	Packs int
	// TokenFiles names for hosts the files with their tokens. A host is a name with
	// its port where it is not 443. A file's first line is a token, or USER:TOKEN.
	TokenFiles map[string]string
	// Environ is the environment of the hub's user; that of this process.
	Environ []string
	// Log gets a line for each fetch; nil discards.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	o.FetchTimeout = cmp.Or(o.FetchTimeout, 10*time.Minute)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, 30*time.Second)
	o.RetryAfter = cmp.Or(o.RetryAfter, time.Minute)
	o.MirrorBytes = cmp.Or(o.MirrorBytes, 8<<30)
	o.FileBytes = cmp.Or(o.FileBytes, 8<<20)
	o.Fetches = cmp.Or(o.Fetches, 4)
	o.MissesPerMinute = cmp.Or(o.MissesPerMinute, 30)
	o.Packs = cmp.Or(o.Packs, 50)
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
