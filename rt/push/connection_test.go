package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// authority is a certificate authority of a test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	a.cert, _ = x509.ParseCertificate(der)
	a.write("ca.pem", "CERTIFICATE", der)
	return a
}

func (a *authority) write(name, kind string, der []byte) string {
	name = filepath.Join(a.dir, name)
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return name
}

// issue makes a certificate, and files of it and its key.
func (a *authority) issue(name string) (pair tls.Certificate, cert, key string) {
	own, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &own.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	keyDER, _ := x509.MarshalECPrivateKey(own)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: own}, a.write(name+".pem", "CERTIFICATE", der), a.write(name+".key", "EC PRIVATE KEY", keyDER)
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// ask sends a heartbeat with these variables.
func ask(t *testing.T, env map[string]string) (answer, error) {
	t.Helper()
	s, err := newSettings(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	c := newConnection(s)
	defer c.close()
	return c.send(call{method: "POST", path: "/api/v1/instances", contentType: "application/json", body: []byte(`{}`)})
}

// A hub has a private authority, wants a client certificate and a token, and is
// behind a proxy that wants a password.
func TestSecureHub(t *testing.T) {
	a := newAuthority(t)
	pair, _, _ := a.issue("hub.example")
	_, cert, key := a.issue("client")
	hub := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName+" "+r.Header.Get("Authorization")+" "+r.Host+r.URL.Path)
	}))
	hub.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.pool()}
	hub.Config.ErrorLog = quiet()
	hub.StartTLS()
	defer hub.Close()
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.Method + " " + r.Host + " " + r.Header.Get("Proxy-Authorization"))
		there, err := net.Dial("tcp", hub.Listener.Addr().String()) // hub.example, for those who cannot look it up
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, _ := http.NewResponseController(w).Hijack()
		io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { io.Copy(there, here); there.Close() }()
		io.Copy(here, there)
		here.Close()
	}))
	defer proxy.Close()
	env := map[string]string{
		"GOAT_HUB": "https://hub.example:8443/goat/", "GOAT_HUB_TOKEN": " secret\n", "GOAT_HUB_CA": filepath.Join(a.dir, "ca.pem"),
		"GOAT_HUB_CERT": cert, "GOAT_HUB_KEY": key, "HTTPS_PROXY": strings.Replace(proxy.URL, "http://", "http://me:word@", 1),
	}
	got, err := ask(t, env)
	if want := "client Bearer secret hub.example:8443/goat/api/v1/instances"; err != nil || string(got.body) != want {
		t.Errorf("got %q, %v, want %q", got.body, err, want)
	}
	if want := "CONNECT hub.example:8443 Basic bWU6d29yZA=="; asked.Load() != want {
		t.Errorf("got the proxy asked for %v, want %s", asked.Load(), want)
	}
	for name, value := range map[string]string{"GOAT_HUB_CA": "", "GOAT_HUB_CERT": "", "HTTPS_PROXY": "http://127.0.0.1:1"} {
		other := map[string]string{}
		for n, v := range env {
			other[n] = v
		}
		other[name] = value
		if name == "GOAT_HUB_CERT" {
			other["GOAT_HUB_KEY"] = ""
		}
		if got, err := ask(t, other); err == nil {
			t.Errorf("%s is %q: got %q, want an error", name, value, got.body)
		}
	}
	for file, want := range map[string]string{"nowhere.pem": "GOAT_HUB_CA", "client.key": "holds no certificate"} {
		env["GOAT_HUB_CA"] = filepath.Join(a.dir, file)
		if _, err := ask(t, env); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", file, err, want)
		}
	}
}

// A proxy gets the whole address of an http:// request. It is not used for this
// machine.
func TestPlainProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Method+" "+r.RequestURI)
	}))
	defer proxy.Close()
	got, err := ask(t, map[string]string{"GOAT_HUB": "http://hub.example:8089", "HTTP_PROXY": proxy.URL})
	if want := "POST http://hub.example:8089/api/v1/instances"; err != nil || string(got.body) != want {
		t.Errorf("got %q, %v, want %q", got.body, err, want)
	}
}

func TestProxies(t *testing.T) {
	for _, test := range []struct{ target, httpsProxy, httpProxy, none, want string }{
		{"https://hub:8089", "http://p:1", "http://q:1", "", "http://p:1"},
		{"http://hub:8089", "http://p:1", "http://q:1", "", "http://q:1"},
		{"https://hub:8089", "p:1", "", "", "http://p:1"},
		{"https://hub:8089", "socks5://p:1", "", "", "error"},
		{"https://hub:8089", "http://", "", "", "error"},
		{"https://localhost:8089", "http://p:1", "", "", ""},
		{"https://127.3.4.5:8089", "http://p:1", "", "", ""},
		{"https://[::1]:8089", "http://p:1", "", "", ""},
		{"https://hub.corp:8089", "http://p:1", "", "corp", ""},
		{"https://hub.corp:8089", "http://p:1", "", " .corp , x", ""},
		{"https://hub.corp:8089", "http://p:1", "", "*.corp", ""},
		{"https://corp:8089", "http://p:1", "", ".corp", "http://p:1"},
		{"https://hub.notcorp:8089", "http://p:1", "", "corp", "http://p:1"},
		{"https://hub:8089", "http://p:1", "", "hub:8089", ""},
		{"https://hub:8089", "http://p:1", "", "hub:1", "http://p:1"},
		{"https://hub", "http://p:1", "", "hub:443", ""},
		{"https://10.1.2.3", "http://p:1", "", "10.0.0.0/8", ""},
		{"https://11.1.2.3", "http://p:1", "", "10.0.0.0/8,::1", "http://p:1"},
		{"https://[fd00::1]", "http://p:1", "", "fd00::/8", ""},
		{"https://HUB:1", "http://p:1", "", "*", ""},
	} {
		p := newProxies(func(name string) string {
			return map[string]string{"HTTPS_PROXY": test.httpsProxy, "http_proxy": test.httpProxy, "NO_PROXY": test.none}[name]
		})
		target, err := url.Parse(test.target)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.of(target)
		text := ""
		switch {
		case err != nil:
			text = "error"
		case got != nil:
			text = got.String()
		}
		if text != test.want {
			t.Errorf("%+v: got %q", test, text)
		}
	}
	cgi := newProxies(func(name string) string {
		return map[string]string{"HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"}[name]
	})
	if cgi.http != "" {
		t.Error("under CGI: got a client's header for the proxy")
	}
}

func TestWrongSettings(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"GOAT_HUB", "hub:8089", "http://hub:8089"},
		{"GOAT_HUB", "ftp://hub", "http://hub:8089"},
		{"GOAT_HUB", "http://", "http://hub:8089"},
		{"GOAT_HUB", "http://hub?x=1", "http://hub:8089"},
		{"GOAT_HUB", "http://me:geheim@hub", "GOAT_HUB_TOKEN"},
		{"GOAT_HUB", "http://hub:\x7f geheim", "no URL"},
		{"GOAT_HUB_TOKEN", "gehei\nm", "no token"},
		{"GOAT_HUB_TOKEN", " ", "no token"},
		{"GOAT_HUB_CERT", "/x.pem", "GOAT_HUB_KEY"},
		{"GOAT_HUB_WAIT", "2", "GOAT_HUB_WAIT"},
		{"GOAT_HUB_WAIT", "2h", "1m0s"},
		{"GOAT_HUB_COUNTERS", "2m", "1m0s"},
	} {
		_, err := newSettings(func(name string) string {
			if name == test.name {
				return test.value
			}
			return map[string]string{"GOAT_HUB": "http://hub:8089"}[name]
		})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "gehei") {
			t.Errorf("%s=%q: got %v, want an error with %q and without a secret", test.name, test.value, err, test.want)
		}
	}
}

// quiet is a log that nobody reads.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
