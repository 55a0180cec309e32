package auth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/wire"
)

// Files are the PEM files of a listener with TLS. The zero value has none.
type Files struct {
	Certificate string // of the hub, and of those between it and its CA
	Key         string
	ClientCA    string // CAs of client certificates; "" asks for none
}

// Config returns the TLS configuration that the files give, nil without files. The
// certificate is read again when its files change: whoever renews it need not restart
// the hub. While they cannot be read the last one holds.
func (f Files) Config(log *slog.Logger) (*tls.Config, error) {
	switch {
	case f == (Files{}):
		return nil, nil
	case f.Certificate == "" || f.Key == "":
		return nil, errors.New("TLS needs a certificate and its key; name both files, with --tls-cert and --tls-key")
	}
	pair := &keyPair{files: f, log: log}
	if err := pair.read(); err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.certificate}
	if f.ClientCA == "" {
		return config, nil
	}
	text, err := os.ReadFile(f.ClientCA)
	if err != nil {
		return nil, fmt.Errorf("reading the CAs of clients: %w; --client-ca names a PEM file", err)
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("reading the CAs of clients: %s has no certificate in PEM; --client-ca names such a file", f.ClientCA)
	}
	// Probes of the host have no certificate: Certified lets them see the health.
	config.ClientAuth = tls.VerifyClientCertIfGiven
	return config, nil
}

// withoutCertificate are the paths that a host asks to see whether the hub lives.
var withoutCertificate = []string{"/healthz", "/readyz"}

// Certified lets through who shows a certificate of the CAs that a listener's Config
// has. It is for listeners with such CAs alone.
func Certified(next http.Handler, log *slog.Logger) http.Handler {
	return wire.Handler(log, func(w http.ResponseWriter, r *http.Request) error {
		if !slices.Contains(withoutCertificate, r.URL.Path) && (r.TLS == nil || len(r.TLS.VerifiedChains) == 0) {
			return &wire.Problem{Type: "unauthorized", Status: http.StatusUnauthorized,
				Detail: "this hub wants a client certificate: GOAT_HUB_CERT and GOAT_HUB_KEY name its files"}
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// lookAgain is how often the files of a certificate are looked at.
const lookAgain = 10 * time.Second

// keyPair is a certificate with its key, as its files have it.
type keyPair struct {
	files Files
	log   *slog.Logger

	mu      sync.Mutex
	pair    *tls.Certificate
	written [2]time.Time // when the files were
	looked  time.Time
}

// certificate returns the present certificate to a client that connects.
func (k *keyPair) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.looked) < lookAgain {
		return k.pair, nil
	}
	k.looked = time.Now()
	written, err := k.stat()
	if err == nil && written == k.written {
		return k.pair, nil
	}
	if err == nil {
		err = k.read()
	}
	if err != nil {
		k.log.Warn("keeping the certificate that was read before", "certificate", k.files.Certificate, "error", err)
	}
	return k.pair, nil
}

func (k *keyPair) read() error {
	written, err := k.stat()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(k.files.Certificate, k.files.Key)
	if err != nil {
		return fmt.Errorf("reading the hub's certificate %s and its key %s: %w; --tls-cert and --tls-key name PEM files that belong together", k.files.Certificate, k.files.Key, err)
	}
	k.pair, k.written, k.looked = &pair, written, time.Now()
	return nil
}

func (k *keyPair) stat() (written [2]time.Time, err error) {
	for i, name := range []string{k.files.Certificate, k.files.Key} {
		info, err := os.Stat(name)
		if err != nil {
			return written, fmt.Errorf("reading the hub's certificate: %w; --tls-cert and --tls-key name its files", err)
		}
		written[i] = info.ModTime()
	}
	return written, nil
}
