package places

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTargets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`[{"targets":["a:1","b"],"labels":{"__scheme__":"https"}},{"targets":["[::1]:9"]}]`:                                                                            {"https a:1", "https b:7", "http [::1]:9"},
		`{"kind":"Pod","metadata":{"name":"p"},"status":{"podIP":"10.0.0.1"}}`:                                                                                         {"http 10.0.0.1:7"},
		`{"kind":"Pod","spec":{"containers":[{"env":[{"name":"GOAT_PORT","value":"8"}]},{"ports":[{"name":"goat","containerPort":9}]}]},"status":{"podIP":"fd00::1"}}`: {"http [fd00::1]:8", "http [fd00::1]:9"},
		`{"kind":"EndpointSlice","endpoints":[{"addresses":["10.0.0.1","10.0.0.9"]},{"addresses":[]},{"addresses":["10.0.0.2"]}],"ports":[{"port":80}]}`:               {"http 10.0.0.1:7", "http 10.0.0.2:7"},
	} {
		targets, err := parseTargets([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		var got []string
		for _, target := range targets {
			got = append(got, target.scheme+" "+target.hostPort("7"))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzTargets(f *testing.F) {
	for _, seed := range []string{
		`[{"targets":["a:1"],"labels":{"x":"y"}}]`, `[]`, `[null]`, `{"kind":"List","items":[{"kind":"Pod","status":{"podIP":"::1"}}]}`,
		`{"kind":"EndpointSlice","endpoints":[{"addresses":["a"],"targetRef":null}],"ports":null}`, `{"apiVersion":1}`, `{`, ``, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		isList(text)
		targets, err := parseTargets(text)
		if err == nil && len(targets) == 0 {
			t.Error("got no targets and no error")
		}
		for _, target := range targets {
			_ = target.shown(target.hostPort("7"))
		}
	})
}
