package scriptcmd

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// modProxy makes a module proxy from the directories PATH@VERSION below DIR. It
// makes the go command get modules from it, into a module cache of the script's
// own. Further calls add more modules.
func modProxy(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "modproxy DIR")
	root, proxy := ts.MkAbs(args[0]), ts.MkAbs(ts.Getenv("WORK")+"/.proxy")
	ts.Check(filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || !strings.Contains(d.Name(), "@v") {
			return err
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		path, version, _ := strings.Cut(filepath.ToSlash(rel), "@")
		ts.Check(addVersion(proxy, module.Version{Path: path, Version: version}, dir))
		return fs.SkipDir
	}))
	cache := filepath.Join(ts.Getenv("WORK"), ".modcache")
	for name, value := range map[string]string{
		"GOPROXY": "file://" + filepath.ToSlash(proxy), "GOMODCACHE": cache, "GOSUMDB": "off", "GONOSUMDB": "", "MODCACHE": cache,
	} {
		ts.Setenv(name, value)
	}
}

// addVersion writes a version's files in the form of the proxy protocol.
func addVersion(proxy string, v module.Version, dir string) error {
	path, err := module.EscapePath(v.Path)
	if err != nil {
		return err
	}
	version, err := module.EscapeVersion(v.Version)
	if err != nil {
		return err
	}
	base := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(base, 0o777); err != nil {
		return err
	}
	gomod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if os.IsNotExist(err) {
		gomod, err = []byte("module "+v.Path+"\n"), nil // from the time before modules
	}
	if err != nil {
		return err
	}
	info, err := json.Marshal(map[string]string{"Version": v.Version, "Time": "2026-01-02T03:04:05Z"})
	if err != nil {
		return err
	}
	for ext, data := range map[string][]byte{".mod": gomod, ".info": info} {
		if err := os.WriteFile(filepath.Join(base, version+ext), data, 0o666); err != nil {
			return err
		}
	}
	list, err := os.OpenFile(filepath.Join(base, "list"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer list.Close()
	if _, err := list.WriteString(v.Version + "\n"); err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(base, version+".zip"))
	if err != nil {
		return err
	}
	defer out.Close()
	return zip.CreateFromDir(out, v, dir)
}
