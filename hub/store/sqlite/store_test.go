package sqlite_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/goat-trace/goat/hub/store/sqlite"
	"github.com/goat-trace/goat/hub/store/storetest"
)

func TestStore(t *testing.T) {
	var dirs sync.Map // test → directory of its file
	storetest.Run(t, func(t *testing.T) storetest.Store {
		dir, ok := dirs.Load(t.Name())
		if !ok {
			dir = t.TempDir()
			dirs.Store(t.Name(), dir)
		}
		s, err := sqlite.Open(t.Context(), filepath.Join(dir.(string), "sqlite.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	})
}
