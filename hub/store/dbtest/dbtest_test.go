package dbtest_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/store/dbtest"
)

// TestMain makes this test binary a process that is killed while it has servers,
// if a test starts it as one.
func TestMain(m *testing.M) {
	if os.Getenv("DBTEST_DIES") == "" {
		os.Exit(m.Run())
	}
	testing.Main(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "Dies", F: func(t *testing.T) {
		fmt.Println(dbtest.Postgres(t))
		fmt.Println(dbtest.MariaDB(t))
		time.Sleep(time.Hour)
	}}}, nil, nil)
}

// Each test has a database of its own, which is empty.
func TestDatabases(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{"postgres": dbtest.Postgres, "mariadb": dbtest.MariaDB} {
		t.Run(name, func(t *testing.T) {
			urls := [2]string{database(t), database(t)}
			if urls[0] == urls[1] {
				t.Fatalf("got %s twice", urls[0])
			}
			for _, url := range urls {
				db := open(t, url)
				if _, err := db.Exec("CREATE TABLE things (id INTEGER PRIMARY KEY)"); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// What is committed survives a kill of the server.
func TestRestart(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...string) *dbtest.Server{"postgres": dbtest.StartPostgres, "mariadb": dbtest.StartMariaDB} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			url := s.Database(t)
			db := open(t, url)
			for _, statement := range []string{"CREATE TABLE things (id INTEGER PRIMARY KEY)", "INSERT INTO things VALUES (7)"} {
				if _, err := db.Exec(statement); err != nil {
					t.Fatal(err)
				}
			}
			s.Restart(t)
			var id int
			if err := open(t, url).QueryRow("SELECT id FROM things").Scan(&id); err != nil || id != 7 {
				t.Errorf("got %d and %v, want 7", id, err)
			}
		})
	}
}

// Servers end with the process that started them, and leave nothing.
func TestProcessDies(t *testing.T) {
	temp, err := os.MkdirTemp("", "dies") // t.TempDir may be where the servers' users cannot read
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temp) })
	if err := os.Chmod(temp, 0o777); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "DBTEST_DIES=1", "TMPDIR="+temp)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 2 {
		if !lines.Scan() {
			t.Fatalf("the process ended: %v", cmd.Wait())
		}
		t.Log(lines.Text())
	}
	if dirs, _ := filepath.Glob(filepath.Join(temp, "goat-db-*")); len(dirs) != 2 {
		t.Errorf("got directories %v, want two", dirs)
	}
	cmd.Process.Kill()
	_ = cmd.Wait()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		dirs, _ := filepath.Glob(filepath.Join(temp, "*"))
		processes, _ := exec.Command("pgrep", "-f", temp).Output()
		if len(dirs) == 0 && len(processes) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("got directories %v and processes %q after a minute, want none", dirs, processes)
		}
	}
}

func open(t *testing.T, url string) *sql.DB {
	driver, name := "pgx", url
	if rest, ok := strings.CutPrefix(url, "mysql://root@"); ok {
		host, database, _ := strings.Cut(rest, "/")
		driver, name = "mysql", "root@tcp("+host+")/"+database
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
