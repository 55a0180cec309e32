package raised

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// graph asks the go command to choose versions. It works on a copy of the
// go.mod files, because go list writes to go.sum and go.work.sum, and because
// the base's files exist in git only.
func (m moduleCache) graph(ctx context.Context, read func(file string) ([]byte, error)) ([]listed, error) {
	tmp, err := os.MkdirTemp("", TemporaryPrefix)
	if err != nil {
		return nil, fmt.Errorf("copying go.mod files: %w", err)
	}
	defer os.RemoveAll(tmp)
	c := &modCopy{moduleCache: m, read: read, tmp: tmp, original: make(map[string]string)}
	dir, gowork, flags, err := c.main()
	if err != nil {
		return nil, fmt.Errorf("copying go.mod files: %w", err)
	}
	list, err := m.goList(ctx, dir, gowork, flags...)
	for i, l := range list {
		if l.Replace == nil {
			continue
		}
		if dir, ok := c.original[filepath.Clean(filepath.FromSlash(l.Replace.Path))]; ok {
			list[i].Replace.Path = dir
		}
	}
	return list, err
}

// modCopy is a copy of go.mod files whose local replacements point to copies
// too.
type modCopy struct {
	moduleCache
	read     func(file string) ([]byte, error) // as in state
	tmp      string
	original map[string]string // maps a directory of the copy to its original
}

// main copies the workspace or the main module, and returns the directory,
// go.work and flags to run the go command with.
func (c *modCopy) main() (dir, gowork string, flags []string, err error) {
	if c.GoWork != "" {
		data, err := c.read(c.GoWork)
		if err != nil {
			return "", "", nil, err
		}
		gowork, err := c.workspace(data)
		return c.tmp, gowork, nil, err
	}
	file := c.GoMod
	if data, err := c.read(file); err == nil && data == nil {
		file = filepath.Join(c.Root, "go.mod")
	}
	dir, err = c.module(file, c.Root)
	return dir, "off", []string{"-mod=mod"}, err
}

func (c *modCopy) workspace(data []byte) (string, error) {
	work, err := modfile.ParseWork(c.GoWork, data, nil)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	if work.Go != nil {
		fmt.Fprintf(&text, "go %s\n", work.Go.Version)
	}
	for _, use := range work.Use {
		original := localDir(use.Path, c.Root)
		dir, err := c.module(filepath.Join(original, "go.mod"), original)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "use %s\n", modfile.AutoQuote(dir))
	}
	for _, r := range work.Replace {
		if r.New.Version == "" {
			if r.New.Path, err = c.local(r.New.Path, c.Root); err != nil {
				return "", err
			}
		}
		fmt.Fprintf(&text, "replace %s %s => %s %s\n", modfile.AutoQuote(r.Old.Path), r.Old.Version, modfile.AutoQuote(r.New.Path), r.New.Version)
	}
	file := filepath.Join(c.tmp, "go.work")
	if err := os.WriteFile(file, []byte(text.String()), 0o666); err != nil {
		return "", err
	}
	return file, c.sums(c.GoWork+".sum", file+".sum")
}

// module copies a go.mod whose local replacements are relative to root, and the
// go.sum beside it.
func (c *modCopy) module(file, root string) (string, error) {
	data, err := c.read(file)
	if err != nil {
		return "", err
	}
	if data == nil {
		return "", fmt.Errorf("reading %s: it is not there", file)
	}
	mod, err := modfile.Parse(file, data, nil)
	if err != nil {
		return "", err
	}
	for _, r := range append([]*modfile.Replace(nil), mod.Replace...) {
		if r.New.Version != "" {
			continue
		}
		dir, err := c.local(r.New.Path, root)
		if err == nil {
			err = mod.AddReplace(r.Old.Path, r.Old.Version, dir, "")
		}
		if err != nil {
			return "", err
		}
	}
	if data, err = mod.Format(); err != nil {
		return "", err
	}
	return c.write(root, data, strings.TrimSuffix(file, ".mod")+".sum")
}

// local copies the go.mod of a local replacement and returns the copy's
// directory, or the original directory if it has no go.mod.
func (c *modCopy) local(name, root string) (string, error) {
	dir := localDir(name, root)
	for copied, original := range c.original {
		if original == dir {
			return copied, nil
		}
	}
	data, err := c.read(filepath.Join(dir, "go.mod"))
	if err != nil || data == nil {
		return dir, err
	}
	return c.write(dir, data, "")
}

func (c *modCopy) write(original string, gomod []byte, sums string) (string, error) {
	dir, err := os.MkdirTemp(c.tmp, "module")
	if err != nil {
		return "", err
	}
	c.original[dir] = original
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), gomod, 0o666); err != nil {
		return "", err
	}
	return dir, c.sums(sums, filepath.Join(dir, "go.sum"))
}

func (c *modCopy) sums(from, to string) error {
	if from == "" {
		return nil
	}
	data, err := c.read(from)
	if err != nil || data == nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

// listed is a module as go list -m -json prints it.
type listed struct {
	Path    string
	Version string
	Main    bool
	Replace *struct{ Path, Version string }
}

func (m listed) code(root string) code {
	switch {
	case m.Replace == nil:
		return code{path: m.Path, version: m.Version}
	case m.Replace.Version == "":
		return code{dir: localDir(m.Replace.Path, root)}
	}
	return code{path: m.Replace.Path, version: m.Replace.Version}
}

// goList runs go list -m all in a directory. gowork is a go.work or "off".
func (m moduleCache) goList(ctx context.Context, dir, gowork string, flags ...string) ([]listed, error) {
	args := append([]string{"list", "-m", "-json"}, flags...)
	out, err := m.goOutput(ctx, dir, gowork, append(args, "all")...)
	if err != nil {
		return nil, fmt.Errorf("listing the modules of %s: %w", dir, err)
	}
	var list []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var m listed
		err := decoder.Decode(&m)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading what go list says: %w", err)
		}
		list = append(list, m)
	}
}
