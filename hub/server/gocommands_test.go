package server

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// gocCommand runs a command of goc's that goat-hub has.
func gocCommand(t *testing.T, token string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = Main(args, strings.NewReader(""), &out, &err, func(name string) string {
		if name == "GOAT_HUB_TOKEN" {
			return token
		}
		return ""
	})
	return code, out.String(), err.String()
}

// goc's commands do at a hub what they do at goc's center.
func TestGocCommands(t *testing.T) {
	h := startHub(t)
	center := "--center=" + h.CenterURL()
	first := startAgent(t, h.CenterURL(), echoName, 1, 0, 1, 0)
	second := startAgent(t, h.CenterURL(), "b", 0, 1, 0, 1)
	newV2Agent(t, h.CenterURL(), "./echo -p 1", "ns=staging", 1, 0, 0, 0).connect()
	h.connected(1)
	file := filepath.Join(t.TempDir(), "out.cov")
	tests := []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{[]string{"list", "--json"}, exitOK, `{"b":["` + second.addr + `"],"` + echoName + `":["` + first.addr + `"]}`, ""},
		{[]string{"list"}, exitOK, "NAME" + strings.Repeat(" ", len(echoName)-2) + "ADDRESS\n" +
			"b" + strings.Repeat(" ", len(echoName)+1) + second.addr + "\n" + echoName + "  " + first.addr + "\n\n" +
			"ID  STATUS     REMOTE     HOSTNAME  PID   CMD          EXTRA\n1   CONNECTED  127.0.0.1  vm        3576  ./echo -p 1  ns=staging\n", ""},
		{[]string{"profile"}, exitOK, profileOf(echoBlocks, 1, 1, 1, 1), ""},
		{[]string{"profile", "--service", "b", "--skipfile", "mirror"}, exitOK, profileOf(echoBlocks, 0, 1, 0), ""},
		{[]string{"profile", "--address", first.addr, "--coverfile=mirror,nothing", "-o", file}, exitOK, "", ""},
		{[]string{"profile", "--service", "nobody", "-f=false"}, exitFailed, "", "goat-hub: the center answers 417 Expectation Failed: service [nobody] not found\n"},
		{[]string{"profile", "--service", "nobody"}, exitFailed, "", "goat-hub: the center answers 417 Expectation Failed: no profiles\n"},
		{[]string{"profile", "-o", filepath.Join(file, "x")}, exitFailed, "", "goat-hub: writing the profile: "},
		{[]string{"clear", "--service", "b"}, exitOK, "Register service " + second.addr + " coverage counter clear call successfully\n", ""},
		{[]string{"remove", "--address", second.addr}, exitOK, "Register service " + second.addr + " removed from the center.", ""},
		{[]string{"register", "--name", "a name&c", "--address", second.addr}, exitOK, `{"result":"success"}` + "\n", ""},
		{[]string{"register", "--name", "x"}, exitUsage, "", "goat-hub: required flag(s) \"address\" not set"},
		{[]string{"register", "--name", "x", "--address", "ftp://h:1"}, exitFailed, "", "goat-hub: the center answers 400 Bad Request: unsupport schema\n"},
		{[]string{"list", "--json"}, exitOK, `{"a name\u0026c":["` + second.addr + `"],"` + echoName + `":["` + first.addr + `"]}`, ""},
		{[]string{"init"}, exitOK, "", ""},
		{[]string{"list", "--json"}, exitOK, `{}`, ""},
		{[]string{"list", "now"}, exitUsage, "", "goat-hub: unknown command"},
	}
	for _, test := range tests {
		code, stdout, stderr := gocCommand(t, "", append(test.args, center)...)
		if code != test.code || stdout != test.stdout || !strings.HasPrefix(stderr, test.stderr) || test.stderr == "" && stderr != "" {
			t.Errorf("goat-hub %q: got %d, stdout\n%q\nand stderr %q, want %d,\n%q\nand %q", test.args, code, stdout, stderr, test.code, test.stdout, test.stderr)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "mode: count\n"+echoBlocks[3]+" 0\n" {
		t.Errorf("got %q and %v in the file, want the mirror's block", text, err)
	}
	if code, _, stderr := gocCommand(t, "", "list", "--center", "http://127.0.0.1:1"); code != exitFailed || !strings.Contains(stderr, "--center") {
		t.Errorf("no center: got %d and %q, want what to do", code, stderr)
	}
}

// Their token is in the environment. Each says what it does.
func TestGocCommandsToken(t *testing.T) {
	h := startHub(t, withTokens(t))
	startAgent(t, h.CenterURL()+"/"+agentToken, echoName, 1, 0, 1, 0)
	center := "--center=" + h.CenterURL() + "/"
	if code, stdout, stderr := gocCommand(t, readToken, "profile", center); code != exitOK || stdout != profileOf(echoBlocks, 1, 0, 1, 0) {
		t.Errorf("got %d, %q and %q, want the profile", code, stdout, stderr)
	}
	for token, words := range map[string]string{"": "401", readToken: "has not the role"} {
		if code, _, stderr := gocCommand(t, token, "init", center); code != exitFailed || !strings.Contains(stderr, words) {
			t.Errorf("init with %q: got %d and %q, want %s", token, code, stderr, words)
		}
	}
	for _, command := range []string{"list", "register", "init", "profile", "clear", "remove"} {
		if code, stdout, _ := gocCommand(t, "", command, "--help"); code != exitOK || !strings.Contains(stdout, "--center") || len(stdout) < 200 {
			t.Errorf("%s --help: got %d and %q", command, code, stdout)
		}
	}
}
