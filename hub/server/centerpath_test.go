package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCenterPath(t *testing.T) {
	tests := []struct{ path, authorization, want, token string }{
		{"/v1/cover/list", "", "/v1/cover/list", ""},
		{"//v1/cover/register", "", "/v1/cover/register", ""},
		{"/s3cr3t/v1/cover/register", "", "/v1/cover/register", "Bearer s3cr3t"},
		{"/s3cr3t//v1///cover/register", "", "/v1/cover/register", "Bearer s3cr3t"},
		{"/goc/s3cr3t/v2/internal/register", "", "/v2/internal/register", "Bearer s3cr3t"},
		{"/s3cr3t/static", "", "/static", "Bearer s3cr3t"},
		{"/s3cr3t/v1/cover/list", "Basic YTpi", "/v1/cover/list", "Basic YTpi"},
		{"/", "", "/", ""},
		{"/elsewhere", "", "/elsewhere", ""},
	}
	for _, test := range tests {
		r := httptest.NewRequest("GET", "http://hub:7777"+test.path, nil)
		if test.authorization != "" {
			r.Header.Set("Authorization", test.authorization)
		}
		centerPath(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Authorization"); r.URL.Path != test.want || got != test.token {
				t.Errorf("%s: got %s and %q, want %s and %q", test.path, r.URL.Path, got, test.want, test.token)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
}

// Whatever the path, what reaches goc's routes has no slash too many and no dots that lead
// elsewhere, and the token is a piece of the path.
func FuzzCenterPath(f *testing.F) {
	for _, path := range []string{"/v1/cover/list", "//v1/cover/register", "/t/v2/agents", "/v1/v1/", "/../v1/cover/list", "/static/static", "/a b/v1/", "/%2f/v1/x", "/\n/v1/"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		centerPath(http.HandlerFunc(func(_ http.ResponseWriter, got *http.Request) {
			token := strings.TrimPrefix(got.Header.Get("Authorization"), "Bearer ")
			if strings.Contains(got.URL.Path, "//") || strings.Contains(token, "/") || !strings.Contains(path, token) {
				t.Errorf("%q: got %q and %q", path, got.URL.Path, token)
			}
			if r.Header.Get("Authorization") != "" {
				t.Error("the request itself was changed")
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}
