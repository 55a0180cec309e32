package runs

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/goat-trace/goat/hub/fleet"
	tracefile "github.com/goat-trace/goat/internal/trace"
)

// Limits of what is taken, in bytes.
const (
	MaxDescription = 1 << 20
	MaxTable       = 64 << 20
	maxName        = 4096
)

// Keeper keeps runs in a store. All methods may be called at once.
type Keeper struct {
	store  Store
	pack   *packer
	tables tables
	news   chan struct{} // there are segments without index entries
	log    *slog.Logger
}

// New returns a keeper on a store.
func New(store Store, log *slog.Logger) (*Keeper, error) {
	p, err := newPacker()
	if err != nil {
		return nil, err
	}
	k := &Keeper{store: store, pack: p, news: make(chan struct{}, 1), log: log}
	k.tables.kept = make(map[string]*tracefile.Table)
	return k, nil
}

// Description is what a run's run.json says.
type Description struct {
	tracefile.Description
	Instance string `json:"instance"` // key under which the process registered, "" if it did not
}

// Describe reads a run's description.
func Describe(document []byte) (*Description, error) {
	d := new(Description)
	var err error
	if d.Description, err = tracefile.ParseDescription(document); err != nil {
		return nil, err
	}
	return d, json.Unmarshal(document, &struct{ Instance *string }{&d.Instance})
}

// Announce takes a run's description, document, as run.json has it. It returns the
// tables that the recorder has to send.
func (k *Keeper) Announce(ctx context.Context, id string, document []byte) (run Run, missing []string, err error) {
	if len(document) > MaxDescription {
		return Run{}, nil, fleet.Errorf(fleet.TooLarge, "the description has more than %d bytes", MaxDescription)
	}
	d, err := Describe(document)
	if err != nil {
		return Run{}, nil, fleet.Errorf(fleet.Invalid, "the body is no description of a run: %v", err)
	}
	if err := checkDescription(id, d); err != nil {
		return Run{}, nil, err
	}
	a := &Announcement{
		Run: Run{
			ID: id, Description: document, Project: d.ProjectName, Version: d.ProjectVersion, Commit: d.Commit,
			Method: d.LaunchMethod, Class: d.LaunchClass, Created: d.CreatedAt, Ended: d.EndedAt,
		},
		Accept: func(old []byte) (bool, error) { return replaces(old, d) },
	}
	seen := map[string]bool{}
	for _, p := range d.Packages {
		if !seen[p.Table] {
			seen[p.Table] = true
			a.Tables = append(a.Tables, p.Table)
		}
	}
	return k.store.Announce(ctx, a)
}

func checkDescription(id string, d *Description) error {
	if _, err := d.Prefix(); err != nil || d.RunID != strings.ToLower(d.RunID) {
		return fleet.Errorf(fleet.Invalid, "runId is %.80q; it has 32 lower-case hexadecimal digits", d.RunID)
	}
	if id != d.RunID {
		return fleet.Errorf(fleet.Invalid, "the address names the run %.80q and the body %s", id, d.RunID)
	}
	for name, text := range map[string]string{
		"projectName": d.ProjectName, "projectVersion": d.ProjectVersion, "commit": d.Commit, "launchMethod": d.LaunchMethod,
		"launchClass": d.LaunchClass, "goVersion": d.GoVersion, "system": d.System, "host": d.Host, "instance": d.Instance,
	} {
		if len(text) > maxName || strings.ContainsFunc(text, unicode.IsControl) {
			return fleet.Errorf(fleet.Invalid, "%s has more than %d bytes, or control characters", name, maxName)
		}
	}
	if d.CreatedAt.Year() < 1970 || d.CreatedAt.Year() > 9999 {
		return fleet.Errorf(fleet.Invalid, "createdAt is %s; it is the time when the recording began", d.CreatedAt.Format(time.RFC3339))
	}
	var next uint64
	for _, p := range d.Packages {
		if !isDigest(p.Table) {
			return fleet.Errorf(fleet.Invalid, "%.80q is no table's name", p.Table)
		}
		if p.First < next || p.Functions > 1<<31 || p.First > 1<<31 {
			return fleet.Errorf(fleet.Invalid, "the functions of table %s begin at %d, within those of another package", p.Table, p.First)
		}
		next = p.First + p.Functions
	}
	return nil
}

// isDigest reports whether text can name a table.
func isDigest(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 16 && text == strings.ToLower(text)
}

// replaces says whether a description replaces the one that is there. A repeated
// older one does not. One of another build is an error.
func replaces(old []byte, d *Description) (bool, error) {
	was, err := Describe(old)
	if err != nil {
		return true, nil //nolint:nilerr // the new one can be read
	}
	same := was.CreatedAt.Equal(d.CreatedAt) && was.LaunchClass == d.LaunchClass && was.Commit == d.Commit && was.GoVersion == d.GoVersion && was.System == d.System
	for i := range min(len(was.Packages), len(d.Packages)) {
		same = same && was.Packages[i] == d.Packages[i]
	}
	if !same {
		return false, fleet.Errorf(fleet.Conflict, "the hub has a run %s of another build; a recording has an id of its own", d.RunID)
	}
	newer := cmp.Or(cmp.Compare(len(d.Packages), len(was.Packages)), d.EndedAt.Compare(was.EndedAt))
	return newer >= 0 && len(d.Packages) >= len(was.Packages) && !d.EndedAt.Before(was.EndedAt), nil
}

// Find finds a run by its id, its number, or the beginning of its id.
func (k *Keeper) Find(ctx context.Context, ref string) (Run, error) { return k.store.Find(ctx, ref) }

// List returns runs, the newest first, without their descriptions.
func (k *Keeper) List(ctx context.Context, f Filter) ([]Run, error) { return k.store.List(ctx, f) }

// Pin pins a run: retention keeps it. Deleting it by hand still works.
func (k *Keeper) Pin(ctx context.Context, run Run, pinned bool) error {
	return k.store.Pin(ctx, run.Number, pinned)
}

// AddTable takes a package's table.
func (k *Keeper) AddTable(ctx context.Context, digest string, content []byte) error {
	if !isDigest(digest) {
		return fleet.Errorf(fleet.Invalid, "%.80q is no table's name", digest)
	}
	if got := tracefile.Digest(content); got != digest {
		return fleet.Errorf(fleet.DigestMismatch, "the bytes of the table are those of %s, not of %s", got, digest)
	}
	if there, err := k.store.HasTable(ctx, digest); there || err != nil {
		return err
	}
	if _, err := tracefile.DecodeTable(content); err != nil {
		return fleet.Errorf(fleet.Invalid, "table %s: %v", digest, err)
	}
	defer k.tell()
	return k.store.AddTable(ctx, digest, bytes.Clone(content))
}

// tell says that there may be index entries to compute.
func (k *Keeper) tell() {
	select {
	case k.news <- struct{}{}:
	default:
	}
}
