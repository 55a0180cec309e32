package gofile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strings"
)

// MaxSize is how large a Go file may be to have lines, in bytes. Nobody writes
// larger ones by hand, and comparing them takes more memory than a build should.
const MaxSize = 64 << 20

// Read reads a source file. It returns nil, without an error, where the compiler
// would see no file, and for one that is larger than MaxSize.
func Read(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > MaxSize {
		return nil, nil
	}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a changed file: %w", err)
	}
	if content == nil {
		content = []byte{}
	}
	return content, nil
}

// IsGo reports whether a file is a Go file by its name.
func IsGo(name string) bool { return strings.HasSuffix(name, ".go") }

// Hash returns the lower-case hex SHA-256 of a file's bytes.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Generated reports whether a file says that it is generated, by the go command's
// convention: a line "// Code generated … DO NOT EDIT." before the package clause.
func Generated(content []byte) bool {
	file, err := parser.ParseFile(token.NewFileSet(), "", content, parser.PackageClauseOnly|parser.ParseComments)
	return err == nil && ast.IsGenerated(file)
}
