package dbtest

import "fmt"

// engine is how a database's server is started and asked. Its commands run in a
// shell in the server's directory; PORT is its port on 127.0.0.1.
type engine struct {
	name    string
	user    string // who runs it if the tests run as root
	program string // what must be there
	install string // Debian's package
	init    string // makes the directory data
	serve   string
	more    []string // further arguments of serve
	signal  string   // ends it at once
	driver  string   // of database/sql
	admin   string   // the driver's name of a database that always exists
	url     string   // of a database, as goat-hub takes it
	create  string
	drop    string
}

func postgres() engine {
	const bin = "/usr/lib/postgresql/15/bin/"
	return engine{
		name: "PostgreSQL 15", user: "postgres", program: bin + "postgres", install: "postgresql",
		init:   bin + "initdb -D data -U goat --auth=trust --no-sync -E UTF8 --locale=C.UTF-8",
		serve:  bin + `postgres -D data -p PORT -k "$PWD" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB`,
		signal: "QUIT",
		driver: "pgx",
		admin:  "postgres://goat@127.0.0.1:PORT/postgres?sslmode=disable",
		url:    "postgres://goat@127.0.0.1:PORT/NAME?sslmode=disable",
		create: "CREATE DATABASE NAME",
		drop:   "DROP DATABASE NAME WITH (FORCE)",
	}
}

func mariadb() engine {
	return engine{
		name: "MariaDB 10.11", user: "mysql", program: "mariadbd", install: "mariadb-server",
		init: `mariadb-install-db --no-defaults --datadir="$PWD/data" --auth-root-authentication-method=normal --skip-test-db`,
		serve: `mariadbd --no-defaults --datadir="$PWD/data" --port=PORT --bind-address=127.0.0.1 --socket="$PWD/s.sock" ` +
			"--skip-name-resolve --max-connections=200 --innodb-flush-log-at-trx-commit=2 --innodb-buffer-pool-size=64M",
		signal: "KILL",
		driver: "mysql",
		admin:  "root@tcp(127.0.0.1:PORT)/mysql",
		url:    "mysql://root@127.0.0.1:PORT/NAME",
		create: "CREATE DATABASE NAME",
		drop:   "DROP DATABASE NAME",
	}
}

func (e *engine) missing() error {
	return fmt.Errorf("%s is not installed: %s is missing; run \"sh install.sh\" in hub/, or \"apt-get install --no-install-recommends %s\"", e.name, e.program, e.install)
}
