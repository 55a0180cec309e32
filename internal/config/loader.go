package config

import (
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// level is where a value came from. Higher levels win.
type level int

const (
	levelDefault level = iota
	levelFile
	levelEnv
	levelFlag
)

// loader reads one configuration.
type loader struct {
	in       Input
	config   *Config
	settings []Setting
	origins  map[string]level // by Setting.Name
	errs     []*Error
}

func (l *loader) fail(e *Error) { l.errs = append(l.errs, e) }

// came records that a setting's value came from origin.
func (l *loader) came(s Setting, from level, origin string) {
	l.origins[s.Name()] = from
	l.config.Origins[s.Name()] = origin
}

func (l *loader) absolute(dir, file string) string {
	if filepath.IsAbs(file) {
		return filepath.Clean(file)
	}
	return filepath.Join(dir, file)
}

// short returns a file's path relative to Dir if that is shorter.
func (l *loader) short(file string) string {
	if rel, err := filepath.Rel(l.in.Dir, file); err == nil && len(rel) < len(file) {
		return rel
	}
	return file
}

// failAt reports an error at a node.
func (l *loader) failAt(node *yaml.Node, key, msg string) {
	l.fail(&Error{File: l.short(l.config.File), Line: node.Line, Column: node.Column, Key: key, Msg: msg})
}

// dir is the file's directory, to which paths in the file are relative.
func (l *loader) dir() string { return filepath.Dir(l.config.File) }
