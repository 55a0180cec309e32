package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/auth"
)

// authority issues certificates.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // of its certificate
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key, a.file, _ = a.issue(name, func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	})
	return a
}

// issue writes a certificate and its key; before there is a CA's it signs itself.
func (a *authority) issue(name string, change func(*x509.Certificate)) (cert *x509.Certificate, key *ecdsa.PrivateKey, certFile, keyFile string) {
	a.t.Helper()
	must := func(err error) {
		if err != nil {
			a.t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	must(err)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	change(template)
	parent, signer := template, key
	if a.cert != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	must(err)
	cert, err = x509.ParseCertificate(der)
	must(err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(err)
	certFile, keyFile = filepath.Join(a.dir, name+".pem"), filepath.Join(a.dir, name+".key")
	must(os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return cert, key, certFile, keyFile
}

func forHub(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }

// client trusts the authority and shows the certificate of another one, if there is one.
func (a *authority) client(certificates ...tls.Certificate) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: certificates}, DisableKeepAlives: true}
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "ca")
	_, _, cert, key := ca.issue("hub", forHub)
	h := startHub(t, func(c *Config) { c.TLS = auth.Files{Certificate: cert, Key: key} })
	if !strings.HasPrefix(h.URL(), "https://127.0.0.1:") {
		t.Fatalf("got address %s, want one with https", h.URL())
	}
	peer := func() string {
		resp, err := ca.client().Get(h.URL() + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("got %s, want the hub's health", resp.Status)
		}
		return resp.TLS.PeerCertificates[0].SerialNumber.String()
	}
	before := peer()
	if _, err := http.Get(h.URL() + "/healthz"); err == nil {
		t.Error("got an answer that nobody's CA vouches for, want an error")
	}
	old := &tls.Config{RootCAs: x509.NewCertPool(), MaxVersion: tls.VersionTLS11, InsecureSkipVerify: true}
	if c, err := tls.Dial("tcp", strings.TrimPrefix(h.URL(), "https://"), old); err == nil {
		c.Close()
		t.Error("got a connection of TLS 1.1, want none")
	}
	resp, err := http.Get(strings.Replace(h.URL(), "https:", "http:", 1) + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("got %s without TLS, want 400", resp.Status)
	}

	// The certificate is renewed; what cannot be read does no harm.
	later := time.Now().Add(time.Minute)
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(key, later, later); err != nil {
		t.Fatal(err)
	}
	time.Sleep(11 * time.Second) // it looks every ten seconds
	if peer() != before {
		t.Error("got another certificate beside a broken key, want the one of before")
	}
	ca.issue("hub", forHub)
	for end := time.Now().Add(time.Minute); peer() == before; time.Sleep(time.Second) {
		if time.Now().After(end) {
			t.Fatal("the hub still has the old certificate after a minute, want the new one")
		}
	}
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	ca, agents, others := newAuthority(t, "ca"), newAuthority(t, "agents"), newAuthority(t, "others")
	_, _, cert, key := ca.issue("hub", forHub)
	h := startHub(t, func(c *Config) { c.TLS = auth.Files{Certificate: cert, Key: key, ClientCA: agents.file} })
	pairOf := func(a *authority) tls.Certificate {
		_, _, cert, key := a.issue("pod", func(*x509.Certificate) {})
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 401, "/metrics": 401, "/api/v1/services": 401, "/healthz/../api/v1/services": 401} {
		resp, err := ca.client().Get(h.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: got %s without a certificate, want %d", path, resp.Status, want)
		}
	}
	if resp, err := ca.client(pairOf(agents)).Get(h.URL() + "/api/v1/services"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("got %v, %v with a certificate, want the services", resp, err)
	}
	// A client does not even show a certificate of a CA that the hub does not name; forced to,
	// it gets no connection.
	if resp, err := ca.client(pairOf(others)).Get(h.URL() + "/api/v1/services"); err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %v, %v with a certificate of another CA, want 401", resp, err)
	}
	forced := ca.client()
	forced.Transport.(*http.Transport).TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return new(pairOf(others)), nil }
	if resp, err := forced.Get(h.URL() + "/healthz"); err == nil {
		t.Errorf("got %s with a certificate of another CA that is shown, want no connection", resp.Status)
	}

	// The command of a container's health check.
	name := strings.TrimPrefix(h.URL(), "https://")
	if got := goatHub(t, "health", "--hub", h.URL(), "--ca", ca.file); got != "ready\n" {
		t.Errorf("got %q from goat-hub health, want ready", got)
	}
	for _, test := range []struct{ args, want string }{
		{"--hub https://" + name, "certificate signed by unknown authority"},
		{"--hub https://" + name + " --ca " + key, "has no certificate in PEM"},
		{"--hub http://" + name, "400 Bad Request"},
		{"--hub http://127.0.0.1:1", "--hub names its address"},
	} {
		cmd := command(t, append([]string{"health"}, strings.Fields(test.args)...)...)
		var out strings.Builder
		cmd.Stderr = &out
		if err := cmd.Run(); err == nil || !strings.Contains(out.String(), test.want) {
			t.Errorf("%s: got %q, %v, want an error with %q", test.args, out.String(), err, test.want)
		}
	}
}

func TestWrongCertificates(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "ca")
	_, _, cert, key := ca.issue("hub", forHub)
	_, _, _, otherKey := ca.issue("other", forHub)
	for name, test := range map[string]struct {
		files auth.Files
		want  string
	}{
		"no key":          {auth.Files{Certificate: cert}, "name both files, with --tls-cert and --tls-key"},
		"CA alone":        {auth.Files{ClientCA: ca.file}, "name both files"},
		"missing":         {auth.Files{Certificate: cert + ".not", Key: key}, "hub.pem.not: no such file"},
		"of another":      {auth.Files{Certificate: cert, Key: otherKey}, "that belong together"},
		"CA is no PEM":    {auth.Files{Certificate: cert, Key: key, ClientCA: key}, "has no certificate in PEM; --client-ca"},
		"CA is not there": {auth.Files{Certificate: cert, Key: key, ClientCA: key + ".not"}, "--client-ca names a PEM file"},
	} {
		args := []string{"serve", "--root", t.TempDir(), "--report-addr", "127.0.0.1:0", "--center-addr", "", "--tls-cert", test.files.Certificate, "--tls-key", test.files.Key, "--client-ca", test.files.ClientCA}
		cmd := command(t, args...)
		var out strings.Builder
		cmd.Stderr = &out
		if err := cmd.Run(); err == nil || !strings.Contains(out.String(), test.want) {
			t.Errorf("%s: got %q, %v, want an error with %q", name, out.String(), err, test.want)
		}
	}
}
