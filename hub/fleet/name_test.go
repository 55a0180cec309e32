package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/fleet"
)

func TestParseName(t *testing.T) {
	echo := fleet.Labels{Env: "staging", Region: "th", AppType: "apa", App: "goc_echoserver"}
	echo2 := echo
	echo2.App = "goc_echoserver_v2"
	tests := []struct {
		name  string
		want  fleet.Name
		parts bool
	}{
		{"staging_th_apa_goc_echoserver_master_845820727e", fleet.Name{Labels: echo, Branch: "master", Commit: "845820727e"}, true},
		{"staging_th_apa_goc_echoserver_v2_master_518e0a570c", fleet.Name{Labels: echo2, Branch: "master", Commit: "518e0a570c"}, true},
		{"staging_th_apa_goc_echoserver_origin/feature-1_518e0a5", fleet.Name{Labels: echo, Branch: "feature-1", Commit: "518e0a5"}, true},
		{"prod_sg_shop_main_0123456", fleet.Name{Labels: fleet.Labels{Env: "prod", Region: "sg", App: "shop"}, Branch: "main", Commit: "0123456"}, true},
		{"_th__shop_main_0123456", fleet.Name{Labels: fleet.Labels{Region: "th", App: "shop"}, Branch: "main", Commit: "0123456"}, true},
	}
	for _, short := range []string{"goc_echoserver", "", "_", "____", "staging_th_apa_goc_echoserver_v1", "a_b_c_0123456", "a_b__d_0123456", "staging_th_apa_goc_echoserver_master_84582", "staging_th_apa_x_master_845820727E", "名_前"} {
		tests = append(tests, struct {
			name  string
			want  fleet.Name
			parts bool
		}{short, fleet.Name{Labels: fleet.Labels{App: short}}, false})
	}
	for _, test := range tests {
		got, parts := fleet.ParseName(test.name)
		if diff := cmp.Diff(test.want, got); diff != "" || parts != test.parts {
			t.Errorf("%q: got parts %v, want %v (-want +got):\n%s", test.name, parts, test.parts, diff)
		}
	}
}

// The parts of a parsed name make the same name again.
func FuzzParseName(f *testing.F) {
	for _, name := range []string{"staging_th_apa_goc_echoserver_master_845820727e", "prod_sg_shop_main_0123456", "x", "a_b_c_d_0123456", "\xff_\x00_a_b_c_0123456789"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		n, parts := fleet.ParseName(name)
		if !parts {
			if n.App != name {
				t.Errorf("a short name %q: got %+v", name, n)
			}
			return
		}
		if n.App == "" {
			t.Errorf("%q: no application in %+v", name, n)
		}
		again, parts := fleet.ParseName(fleet.GocName(n.Labels, &fleet.Release{Branch: n.Branch, Commit: n.Commit}))
		if n.Env != "" && n.Region != "" && n.AppType != "" && n.Branch != "" && len(n.Commit) <= 10 && (!parts || again != n) {
			t.Errorf("%q: got %+v, and %+v of the name made of it", name, n, again)
		}
	})
}
