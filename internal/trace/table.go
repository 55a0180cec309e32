package trace

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Table is what a reader has to know about a package to read its steps: its
// functions, their locations and variables. The build makes it when it compiles the
// package, and a run's folder has it under its digest.
type Table struct {
	Version   int        `json:"version"`
	Package   string     `json:"package"`
	Module    string     `json:"module,omitempty"`
	Files     []string   `json:"files"` // relative to the module, with slashes
	Functions []Function `json:"functions"`
}

// TableVersion is raised when a field of Table changes its meaning.
const TableVersion = 1

// Function is a function or function literal that can be recorded.
type Function struct {
	Name      string     `json:"name"` // as the Go runtime names it, without the package
	File      int        `json:"file"`
	Line      int        `json:"line"`
	EndLine   int        `json:"endLine"`
	Params    []int      `json:"params,omitempty"`  // variables, the receiver first
	Results   []Result   `json:"results,omitempty"` //
	Variables []Variable `json:"variables,omitempty"`
	Locations []Location `json:"locations"`
}

// Result is a result of a function.
type Result struct {
	Name     string `json:"name,omitempty"`
	Type     string `json:"type"`
	Redacted bool   `json:"redacted,omitempty"`
	Variable int    `json:"variable"` // -1 for one without a name
}

// Variable is something that a step reads or writes.
type Variable struct {
	Name     string `json:"name"` // or an expression, if Kind is heap
	Type     string `json:"type"`
	Kind     string `json:"kind"`           // param, result, local, captured, global, heap
	Line     int    `json:"line,omitempty"` // of its declaration, if that is in the package
	Redacted bool   `json:"redacted,omitempty"`
	// Unrecorded says why values are not recorded, "" if they are.
	Unrecorded string `json:"unrecorded,omitempty"`
	// Column is that of its declaration. With Line and Name it says which variable
	// of another function a captured one is.
	Column int `json:"column,omitempty"`
	// Shared says that a literal captures the variable, or that its address is
	// taken: others than its own call may write it.
	Shared bool `json:"shared,omitempty"`
	// Place says what an expression of kind heap names, nil if it is too complicated.
	Place *Place `json:"place,omitempty"`
}

// Place is what an expression names: a part of a variable, or what is reached
// through the address in a variable.
type Place struct {
	Base    int    `json:"base"`              // the variable
	Through bool   `json:"through,omitempty"` // through the pointer, slice or map that Base holds
	Path    string `json:"path,omitempty"`    // of a part: fields and indexes; of a map: the key, as a value is shown
	Index   int    `json:"index,omitempty"`   // 1 + the variable that is the index or key, 0 for none
	Map     bool   `json:"map,omitempty"`     // Base holds a map
	Offset  int64  `json:"offset,omitempty"`  // bytes from the address
	Stride  int64  `json:"stride,omitempty"`  // bytes from one index to the next
}

// Location is a statement, or the header of one.
type Location struct {
	Kind      string `json:"kind"` // stmt, return, go, defer, if, for, range, switch, select, case, round
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Reads     []int  `json:"reads,omitempty"` // variables of the function
	Writes    []int  `json:"writes,omitempty"`
	// Controls are the locations of the function that decide whether this one is
	// reached, in ascending order: its static control dependence.
	Controls []int `json:"controls,omitempty"`
}

// maxTable limits a table's JSON, in bytes.
const maxTable = 256 << 20

// tableMagic is the beginning of every table.
const tableMagic = "goat trace table 1\n"

// ErrTable says that bytes are not a table.
var ErrTable = errors.New("it is no table of a package")

// Encode returns a table's bytes and their digest. Equal tables give equal bytes.
func (t *Table) Encode() (data []byte, digest string, err error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, "", fmt.Errorf("encoding a table: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(tableMagic)
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("compressing a table: %w", err)
	}
	return b.Bytes(), digestOf(b.Bytes()), nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// DecodeTable reads what Encode wrote. All indexes in the resulting table are
// within bounds.
func DecodeTable(data []byte) (*Table, error) {
	rest, ok := bytes.CutPrefix(data, []byte(tableMagic))
	if !ok {
		return nil, ErrTable
	}
	r := flate.NewReader(bytes.NewReader(rest))
	text, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTable, err)
	}
	if len(text) > maxTable {
		return nil, fmt.Errorf("%w: it is larger than %d bytes", ErrTable, maxTable)
	}
	t := new(Table)
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTable, err)
	}
	if t.Version != TableVersion {
		return nil, fmt.Errorf("%w of this version of goat: got version %d, want %d", ErrTable, t.Version, TableVersion)
	}
	return t, t.check()
}

// check makes sure that every index is within bounds.
func (t *Table) check() error {
	for i := range t.Functions {
		f := &t.Functions[i]
		within := func(list []int) bool {
			for _, v := range list {
				if v < 0 || v >= len(f.Variables) {
					return false
				}
			}
			return true
		}
		ok := f.File >= 0 && f.File < len(t.Files) && within(f.Params)
		for _, r := range f.Results {
			ok = ok && r.Variable >= -1 && r.Variable < len(f.Variables)
		}
		for _, v := range f.Variables {
			if p := v.Place; p != nil {
				ok = ok && p.Base >= 0 && p.Base < len(f.Variables) && p.Index >= 0 && p.Index <= len(f.Variables)
			}
		}
		for _, l := range f.Locations {
			ok = ok && within(l.Reads) && within(l.Writes)
			for _, c := range l.Controls {
				ok = ok && c >= 0 && c < len(f.Locations)
			}
		}
		if !ok {
			return fmt.Errorf("%w: function %q refers to what is not there", ErrTable, f.Name)
		}
	}
	return nil
}
