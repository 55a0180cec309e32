package spool

import "time"

// Run is one process's files as the hub takes them.
type Run struct {
	Files        []string
	Registration map[string]any
	Digest       string // of the manifest, "" without
	Manifest     []byte // nil where its file is not there: the hub may have it
	Points       Points
}

// Points is the body of a push, from hit 0 on.
type Points struct {
	From    int        `json:"from"`
	IDs     []int      `json:"ids,omitempty"`
	AgeMS   []int64    `json:"age_ms,omitempty"`
	Routes  []string   `json:"routes,omitempty"`
	End     bool       `json:"end,omitempty"`
	Written *time.Time `json:"written,omitempty"`
}

// Service is what files with /track's JSON do not say of their process.
type Service struct {
	Env, Region, AppType, Cluster, Branch string
}
