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
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
)

// comparePair finds the lines of one required module: both sides become trees
// of a private repository, and are compared as a base and a work tree are.
// Two versions in the module cache never change, so what was found is kept.
func (v *versions) comparePair(ctx context.Context, p *pair, threads int) error {
	kept := v.keptPair(p)
	if kept.get(p) {
		return nil
	}
	sub := &comparison{Options: v.Options, set: &LineSet{Modules: make(map[string]ModuleLines)}}
	sub.Threads, sub.Witness = threads, nil
	old, err := p.from.files(ctx, v.Generated)
	if err != nil {
		return fmt.Errorf("reading %s: %w", p.from, err)
	}
	files, err := p.to.files(ctx, v.Generated)
	if err != nil {
		return fmt.Errorf("reading %s: %w", p.to, err)
	}
	tree, pairs, err := sub.compareFiles(ctx, p.from.repository, modules.Module{Path: p.Path}, old, files)
	if err != nil {
		return fmt.Errorf("comparing %s with %s: %w", p.from, p.to, err)
	}
	p.lines = sub.set.Modules[p.Path]
	p.Digest = digestOf(p.from.identity(tree), p.to.identity("files"), fmt.Sprint(pairs))
	kept.put(p)
	return nil
}

// compareFiles finds the lines of one module's files, and returns the hash of
// the old tree and the pairs of files that lines moved between. The old files'
// blobs are r's; r may be nil.
func (c *comparison) compareFiles(ctx context.Context, r *repository, m modules.Module, old, files []git.File) (string, []Pair, error) {
	if r == nil {
		r = &repository{Repository: &git.Repository{Format: "sha1"}}
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

// keptPair is the cache entry for the lines of a pair of versions.
type keptPair struct {
	folder cache.Folder
	name   string // "" keeps nothing
}

// keptPairVersion changes when the same two versions would give other lines.
const keptPairVersion = "goat module 2"

func (v *versions) keptPair(p *pair) keptPair {
	if p.from.sum == "" || p.to.sum == "" {
		return keptPair{}
	}
	return keptPair{v.Versions, digestOf(keptPairVersion, idVersion, v.source(), fmt.Sprint(v.Generated), p.from.sum, p.to.sum)}
}

// pairRecord is what the entry holds.
type pairRecord struct {
	Digest string
	Lines  ModuleLines
}

// get fills in what was found earlier; false if that is not there.
func (k keptPair) get(p *pair) bool {
	if k.name == "" {
		return false
	}
	data, err := k.folder.Get(k.name)
	if err != nil {
		return false
	}
	var record pairRecord
	if json.Unmarshal(data, &record) != nil || record.Digest == "" || checkLines(map[string]ModuleLines{p.Path: record.Lines}) != nil {
		return false
	}
	k.folder.Use(k.name)
	p.Digest, p.lines = record.Digest, record.Lines
	return true
}

// put keeps what was found. What cannot be kept is found again.
func (k keptPair) put(p *pair) {
	if k.name == "" {
		return
	}
	if data, err := json.Marshal(pairRecord{p.Digest, p.lines}); err == nil {
		_ = k.folder.Put(k.name, data)
	}
}

func digestOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])[:32]
}
