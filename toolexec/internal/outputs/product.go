package outputs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// product says where a run of a tool writes its outputs.
type product struct {
	files   []string
	buildID string // of the archive, which is the first file; "" if that has none
	// directory is filled by the tool, if it is not known which files it
	// writes.
	directory string
}

// write writes the outputs of an earlier run to their places in this build.
func (p product) write(outputs [][]byte) bool {
	if p.directory != "" {
		return p.writeDirectory(outputs)
	}
	if len(outputs) != len(p.files) {
		return false
	}
	for i, data := range outputs {
		if i == 0 && p.buildID != "" {
			var ok bool
			if data, ok = gotool.WithBuildID(data, p.buildID); !ok {
				return false
			}
		}
		if os.WriteFile(p.files[i], data, 0o666) != nil {
			return false
		}
	}
	return true
}

// read returns the outputs of this run.
func (p product) read() ([][]byte, error) {
	if p.directory != "" {
		return p.readDirectory()
	}
	outputs := make([][]byte, len(p.files))
	for i, file := range p.files {
		var err error
		if outputs[i], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	return outputs, nil
}

// writeDirectory writes the files of a directory. The first output is the list
// of their names.
func (p product) writeDirectory(outputs [][]byte) bool {
	if len(outputs) == 0 {
		return false
	}
	names := strings.Fields(string(outputs[0]))
	if len(names) != len(outputs)-1 {
		return false
	}
	for i, name := range names {
		if filepath.Base(name) != name || os.WriteFile(filepath.Join(p.directory, name), outputs[i+1], 0o666) != nil {
			return false
		}
	}
	return true
}

// readDirectory returns everything that the tool wrote into the directory,
// after a list of the names. It refuses files that contain the directory's
// name, which is another one in each build.
func (p product) readDirectory() ([][]byte, error) {
	entries, err := os.ReadDir(p.directory)
	if err != nil {
		return nil, err
	}
	outputs := [][]byte{nil}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.ContainsAny(e.Name(), " \t\n") {
			return nil, fmt.Errorf("%w: %s", errNotBorrowable, e.Name())
		}
		data, err := os.ReadFile(filepath.Join(p.directory, e.Name()))
		if err != nil {
			return nil, err
		}
		if bytes.Contains(data, []byte(p.directory)) {
			return nil, fmt.Errorf("%w: %s names its directory", errNotBorrowable, e.Name())
		}
		outputs[0] = append(append(outputs[0], e.Name()...), '\n')
		outputs = append(outputs, data)
	}
	return outputs, nil
}
