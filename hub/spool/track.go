package spool

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/trackpage"
)

// trackRun makes a run of a file with /track's JSON, last written at a time.
func trackRun(path string, text []byte, written time.Time, s Service) (*Run, error) {
	page, err := trackpage.Parse(text)
	if err != nil {
		return nil, err
	}
	if page.Omitted > 0 {
		return nil, fmt.Errorf("a filter has left %d points out; hand over the whole page", page.Omitted)
	}
	p := page.Process
	digest, manifest, err := manifestOf(p.Build).Encode()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	ageOf := func(t time.Time) int64 { return max(0, now.Sub(t).Milliseconds()) }
	started := p.Started
	if started.IsZero() {
		started = written
	}
	run := &Run{
		Files: []string{path}, Digest: digest, Manifest: manifest,
		Registration: map[string]any{
			"key":    keyOf(path, p),
			"labels": map[string]string{"env": s.Env, "region": s.Region, "appType": s.AppType, "app": cmp.Or(p.Build.App, "unknown"), "cluster": s.Cluster},
			"branch": s.Branch, "commit": p.Build.Commit, "dirty": p.Build.Modified, "version": p.Build.Version,
			"main": p.Build.Package, "manifest": digest, "points": len(p.Build.Sites), "goat": p.Build.Goat,
			"host": p.Host, "pid": p.PID, "age_ms": ageOf(started), "short": true,
		},
		Points: Points{End: true},
	}
	for i, count := range p.Counts {
		if count == 0 {
			continue
		}
		at := written
		if first := p.First[i]; first != 0 {
			at = time.Unix(0, first)
		}
		run.Points.IDs = append(run.Points.IDs, i+1)
		run.Points.AgeMS = append(run.Points.AgeMS, ageOf(at))
	}
	return run, nil
}

// keyOf names the process, so that its file may be handed over again: by what it
// says of itself, else by its file's name.
func keyOf(path string, p *coverage.Process) string {
	name := "file\x00" + filepath.Base(path)
	if !p.Started.IsZero() {
		name = fmt.Sprintf("process\x00%s\x00%d\x00%d", p.Host, p.PID, p.Started.UnixNano())
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

// manifestOf describes the build's points, in the order of their ids.
func manifestOf(b *coverage.Build) *fleet.Manifest {
	m := &fleet.Manifest{
		Format: fleet.ManifestFormat, Main: b.Package, App: b.App, Goat: b.Goat, Base: b.Base, BaseCommit: b.BaseCommit,
		Source: b.Source, Granularity: b.Granularity, DataType: b.DataType, Packages: []fleet.ManifestPackage{},
	}
	for _, s := range b.Sites {
		last := len(m.Packages) - 1
		if last < 0 || m.Packages[last].Path != s.Package || m.Packages[last].Module != s.Module || m.Packages[last].ModuleVersion != s.ModuleVersion {
			m.Packages = append(m.Packages, fleet.ManifestPackage{Path: s.Package, Module: s.Module, ModuleVersion: s.ModuleVersion})
			last++
		}
		m.Packages[last].Points = append(m.Packages[last].Points, fleet.ManifestPoint{
			StableID: s.StableID, File: s.File, Func: s.Func, Kind: s.Kind, Line: s.Line, EndLine: s.EndLine, Lines: s.Lines, Directive: s.Directive,
		})
	}
	return m
}
