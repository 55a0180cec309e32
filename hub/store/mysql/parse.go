package mysql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	driver "github.com/go-sql-driver/mysql"
)

// Parse returns the database with a URL, mysql://USER@HOST:PORT/NAME. The
// password, if there is one, stands beside it. The URL's parameters are
//
//	tls     true, or skip-verify, or preferred
//	tls-ca  a PEM file with the authorities of the server's certificate
//	socket  a Unix socket in place of host and port
func Parse(text, password string) (*Database, error) {
	u, err := url.Parse(text)
	if err != nil || u.User == nil || u.User.Username() == "" || len(u.Path) < 2 {
		return nil, errors.New("reading the database's URL: it is not like mysql://USER@HOST:PORT/NAME") // without the URL: it may have a password
	}
	config := driver.NewConfig()
	config.User, config.DBName = u.User.Username(), strings.TrimPrefix(u.Path, "/")
	config.Passwd, _ = u.User.Password()
	if password != "" {
		config.Passwd = password
	}
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	for name, values := range u.Query() {
		if err := set(config, u.Hostname(), name, values[len(values)-1]); err != nil {
			return nil, fmt.Errorf("reading the database's URL: %w", err)
		}
	}
	config.ClientFoundRows = true   // an update that changes nothing has found its row
	config.InterpolateParams = true // a query is one round trip
	config.ParseTime = true         // goose notes when it did a step
	config.Timeout, config.ReadTimeout, config.WriteTimeout = connectLimit, 2*limit, limit
	config.Params = map[string]string{"sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"}
	config.Logger = &driver.NopLogger{} // errors are returned
	return &Database{config}, nil
}

func set(config *driver.Config, host, name, value string) error {
	switch name {
	case "tls":
		config.TLSConfig = value
	case "tls-ca":
		pem, err := os.ReadFile(value)
		if err != nil {
			return fmt.Errorf("tls-ca: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return fmt.Errorf("tls-ca: %s has no certificate in PEM form", value)
		}
		config.TLS = &tls.Config{RootCAs: pool, ServerName: host, MinVersion: tls.VersionTLS12}
	case "socket":
		config.Net, config.Addr = "unix", value
	default:
		return fmt.Errorf("it has no parameter %q; there are tls, tls-ca and socket", name)
	}
	return nil
}
