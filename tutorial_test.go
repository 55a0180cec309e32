package goat_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// TestTutorial runs docs/tutorial.md: the script is made from the page, so the two
// cannot differ. Only the ports are other ones, which are free here.
//
// Blocks of the page: sh is run, file NAME is written, background is started and
// waited for, output has what the block before printed, a line each in which blanks
// stand for any number of them. console is for the reader alone.
func TestTutorial(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("docs", "tutorial.md"))
	if err != nil {
		t.Fatal(err)
	}
	shop, goat := freePort(t), freePort(t)
	page = bytes.ReplaceAll(page, []byte("127.0.0.1:8080"), []byte("127.0.0.1:"+shop))
	page = bytes.ReplaceAll(page, []byte("127.0.0.1:57005"), []byte("127.0.0.1:"+goat))
	dir := t.TempDir()
	script := tutorialScript(string(page), shop, goat)
	if err := os.WriteFile(filepath.Join(dir, "tutorial.txtar"), script, 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, scriptcmd.Params(t, ".", dir))
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

var (
	fence = regexp.MustCompile("(?ms)^```(\\S+)(?: (\\S+))?\n(.*?)^```$")
	enter = regexp.MustCompile(`\bcd (\S+)`)
)

// tutorialScript makes a script of a page.
func tutorialScript(page, shop, goat string) []byte {
	var script bytes.Buffer
	fmt.Fprintf(&script, "env GOAT_PORT=%s\n", goat)
	archive := &txtar.Archive{}
	for i, m := range fence.FindAllStringSubmatch(page, -1) {
		kind, name, text := m[1], m[2], m[3]
		file := fmt.Sprintf("block%d", i)
		switch kind {
		case "sh":
			archive.Files = append(archive.Files, txtar.File{Name: file, Data: []byte("set -e\n" + text)})
			fmt.Fprintf(&script, "exec sh $WORK/%s\n", file)
			if dir := enter.FindStringSubmatch(text); dir != nil {
				fmt.Fprintf(&script, "cd %s\n", dir[1])
			}
		case "file":
			archive.Files = append(archive.Files, txtar.File{Name: file, Data: []byte(text)})
			fmt.Fprintf(&script, "cp $WORK/%s %s\n", file, name)
		case "background":
			fmt.Fprintf(&script, "exec env %s &\n", strings.TrimSpace(text))
			for _, port := range []string{shop, goat} {
				fmt.Fprintf(&script, "exec sh -c 'for i in $(seq 300); do curl -s -o /dev/null 127.0.0.1:%s/ && exit; sleep 0.1; done; exit 1'\n", port)
			}
		case "output":
			for line := range strings.Lines(text) {
				words := strings.Fields(line)
				for i := range words {
					words[i] = strings.ReplaceAll(regexp.QuoteMeta(words[i]), "'", "''")
				}
				fmt.Fprintf(&script, "stdout '%s'\n", strings.Join(words, " +"))
			}
		}
	}
	archive.Comment = script.Bytes()
	return txtar.Format(archive)
}
