package diffsrc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/internal/raised"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
)

// requiredModule is a required module and how it differs from the base's.
type requiredModule struct {
	*raised.Module
	lines ModuleLines
}

// compareVersion finds the lines of one required module. Both sides become
// trees of a private repository and are compared like a base and a work tree.
// Versions in the module cache never change, so their result is stored for
// later builds.
func (c *comparison) compareVersion(ctx context.Context, m *requiredModule, threads int) error {
	stored := c.versionsEntry(m)
	if stored.get(m) {
		return nil
	}
	sub := &comparison{Options: c.Options, set: &LineSet{Modules: make(map[string]ModuleLines)}}
	sub.Threads, sub.Witness = threads, nil
	old, err := m.From.Files(ctx, c.Generated)
	if err != nil {
		return fmt.Errorf("reading %s: %w", m.From, err)
	}
	files, err := m.To.Files(ctx, c.Generated)
	if err != nil {
		return fmt.Errorf("reading %s: %w", m.To, err)
	}
	tree, pairs, err := sub.compareFiles(ctx, m.From.Repository.Repository, modules.Module{Path: m.Path}, old, files)
	if err != nil {
		return fmt.Errorf("comparing %s with %s: %w", m.From, m.To, err)
	}
	m.lines = sub.set.Modules[m.Path]
	m.Digest = digestOf(m.From.Identity(tree), m.To.Identity("files"), fmt.Sprint(pairs))
	stored.put(m)
	return nil
}

// compareFiles finds the lines of one module's files. It returns the hash of
// the old tree and the pairs of files between which code moved. The old files'
// blobs are in r, which may be nil.
func (c *comparison) compareFiles(ctx context.Context, r *git.Repository, m modules.Module, old, files []git.File) (string, []Pair, error) {
	if r == nil {
		r = &git.Repository{Format: "sha1"}
	}
	tree := &baseTree{files: make(map[string]string)}
	for _, f := range old {
		if f.OID != "" {
			tree.files[f.Path] = f.OID
		}
	}
	work := make(map[string]workFile, len(files))
	for _, f := range files {
		work[f.Path] = workFile{content: f.Content}
	}
	d, err := c.differences(ctx, r, tree, git.SortFiles(old), work)
	if err != nil {
		return "", nil, err
	}
	pairs := d.moved
	for _, f := range d.changed {
		if f.path == "" {
			continue
		}
		if f.renamed() {
			pairs = append(pairs, Pair{New: f.path, Old: f.oldPath})
		}
		c.add(m, f.path, f.new, f.change)
	}
	slices.SortFunc(pairs, comparePairs)
	return d.oldTree, slices.Compact(pairs), nil
}

// versionsEntry is where the difference between two versions is stored between
// builds.
type versionsEntry struct {
	folder cache.Folder
	name   string // "" stores nothing
}

// versionsEntryVersion changes when the same two versions would give other
// lines.
const versionsEntryVersion = "goat module 2"

// versionsEntry returns the entry of a module. Only versions in the module
// cache have one, since anything else may change.
func (c *comparison) versionsEntry(m *requiredModule) versionsEntry {
	if m.From.Sum == "" || m.To.Sum == "" {
		return versionsEntry{}
	}
	return versionsEntry{c.Versions, digestOf(versionsEntryVersion, idVersion, c.source(), fmt.Sprint(c.Generated), m.From.Sum, m.To.Sum)}
}

// versionsRecord is the content of the entry.
type versionsRecord struct {
	Digest string
	Lines  ModuleLines
}

// get reads what was stored earlier. It returns false if there is nothing.
func (e versionsEntry) get(m *requiredModule) bool {
	if e.name == "" {
		return false
	}
	data, err := e.folder.Get(e.name)
	if err != nil {
		return false
	}
	var record versionsRecord
	if json.Unmarshal(data, &record) != nil || record.Digest == "" || checkLines(map[string]ModuleLines{m.Path: record.Lines}) != nil {
		return false
	}
	e.folder.Use(e.name)
	m.Digest, m.lines = record.Digest, record.Lines
	return true
}

// put stores what was found. If that fails, the next build computes it again.
func (e versionsEntry) put(m *requiredModule) {
	if e.name == "" {
		return
	}
	if data, err := json.Marshal(versionsRecord{m.Digest, m.lines}); err == nil {
		_ = e.folder.Put(e.name, data)
	}
}

func digestOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])[:32]
}
