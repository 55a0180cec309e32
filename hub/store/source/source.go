package source

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
)

// Store holds the mirrors of a hub. It is safe for concurrent use.
type Store struct {
	options Options
	fetches chan struct{} // holds one for each running fetch

	mu      sync.Mutex
	mirrors map[string]*Mirror // by directory
}

// NewStore returns a store without mirrors. It checks the token files.
func NewStore(o Options) (*Store, error) {
	o = o.withDefaults()
	for host, name := range o.TokenFiles {
		if err := checkTokenFile(host, name); err != nil {
			return nil, err
		}
	}
	return &Store{options: o, fetches: make(chan struct{}, o.Fetches), mirrors: make(map[string]*Mirror)}, nil
}

// Mirror returns the mirror of a repository in a directory. It is created when
// it is first needed. The address is one of git's: https, http, ssh, git or
// file, HOST:PATH, or an absolute path.
func (s *Store) Mirror(dir, address string) (*Mirror, error) {
	if err := checkAddress(address); err != nil {
		return nil, err
	}
	token, err := tokenFor(address, s.options.TokenFiles)
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("placing the mirror of %s: %w", address, err)
	}
	if strings.Contains(dir, "\n") {
		return nil, fmt.Errorf("placing the mirror of %s: its directory's name has a line break", address)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mirrors[dir]
	switch {
	case m == nil:
		m = newMirror(dir, address, s.options, s.fetches)
		m.token = token
		s.mirrors[dir] = m
	case m.address != address:
		return nil, fmt.Errorf("placing the mirror of %s: %s is the mirror of %s: give each repository a directory", address, dir, m.address)
	}
	return m, nil
}
