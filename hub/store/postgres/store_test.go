package postgres_test

import (
	"sync"
	"testing"

	"github.com/goat-trace/goat/hub/store/dbtest"
	"github.com/goat-trace/goat/hub/store/postgres"
	"github.com/goat-trace/goat/hub/store/storetest"
)

func TestStore(t *testing.T) {
	var urls sync.Map // test → its database
	storetest.Run(t, func(t *testing.T) storetest.Store {
		url, ok := urls.Load(t.Name())
		if !ok {
			url = dbtest.Postgres(t)
			urls.Store(t.Name(), url)
		}
		db, err := postgres.Parse(url.(string), "")
		if err != nil {
			t.Fatal(err)
		}
		s, err := db.Open(t.Context())
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
