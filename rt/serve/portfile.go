package serve

import (
	"os"
	"path/filepath"

	"github.com/goat-trace/goat/rt/warning"
)

// tell writes the address to the port file. It waits as long as needed, for
// example until somebody reads a named pipe.
func tell(s settings, address string) {
	defer func() { _ = recover() }()
	if err := announce(s, address); err != nil {
		warning.Say("goat serves without telling its address", err)
	}
}

// announce writes the address to the port file, completely or not at all.
func announce(s settings, address string) error {
	if s.portFile == "" {
		return nil
	}
	if err := s.writePortFile(address + "\n"); err != nil {
		return warning.Error{
			Err:        err,
			Attributes: []any{"GOAT_PORT_FILE", s.portFile, "address", address, "error", err.Error()},
			Next:       "set GOAT_PORT_FILE to a file in a directory that the program may write",
		}
	}
	return nil
}

// writePortFile replaces the file, unless it is not a regular file or the
// application's output goes to it (such as /dev/stderr, also if redirected).
// Then it writes to the existing file.
func (s settings) writePortFile(text string) error {
	info, err := os.Stat(s.portFile)
	if err != nil {
		return replaceFile(s.portFile, text)
	}
	if info.Mode()&os.ModeNamedPipe != 0 {
		// It must not use the application's own file: if nobody reads that any
		// more, a write to it would end the program (os/signal, SIGPIPE).
		return os.WriteFile(s.portFile, []byte(text), 0o644)
	}
	for _, output := range s.outputs {
		if own, err := output.Stat(); err == nil && os.SameFile(info, own) {
			_, err := output.WriteString(text)
			return err
		}
	}
	if !info.Mode().IsRegular() {
		return os.WriteFile(s.portFile, []byte(text), 0o644)
	}
	return replaceFile(s.portFile, text)
}

func replaceFile(name, text string) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".goat-port-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644) // CreateTemp makes 0600, which a scraper of another user cannot read
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
