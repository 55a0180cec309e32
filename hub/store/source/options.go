package source

import (
	"cmp"
	"log/slog"
	"os"
	"time"
)

// Options limit what mirrors may use. The zero value means the defaults.
type Options struct {
	// FetchTimeout limits a clone or a fetch; default 10 minutes.
	FetchTimeout time.Duration
	// ReadTimeout limits reading; default 30 seconds.
	ReadTimeout time.Duration
	// RetryAfter is how long a commit that was not found is not fetched again;
	// default a minute.
	RetryAfter time.Duration
	// MirrorBytes limits the size of a mirror; default 8 GiB.
	MirrorBytes int64
	// FileBytes limits a file that is read; default 8 MiB.
	FileBytes int64
	// Fetches limits the number of concurrent fetches; default 4.
	Fetches int
	// MissesPerMinute limits for how many missing commits per minute the
	// repository is asked; default 30. Agents choose the ids.
	MissesPerMinute int
	// Packs is how many packs a mirror may have before they are joined; default
	// 50. Each fetch adds one.
	Packs int
	// TokenFiles maps hosts to files with their tokens. A host has its port
	// unless it is 443. The first line of a file is a token, or USER:TOKEN.
	TokenFiles map[string]string
	// Environ is the environment of the hub's user; nil means this process's.
	Environ []string
	// Log gets a line for each fetch; nil discards it.
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
