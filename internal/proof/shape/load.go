package shape

import (
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Package is one package of the module, without its tests.
type Package struct {
	Path string // the import path below the module's; "." for the root
	*packages.Package
}

// Load reads the packages of the module in dir that patterns name, sorted by
// import path. A package that does not compile is an error.
func Load(dir string, patterns ...string) ([]Package, error) {
	config := &packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedModule | packages.NeedFiles | packages.NeedCompiledGoFiles |
			packages.NeedImports | packages.NeedExportFile | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
	}
	loaded, err := packages.Load(config, patterns...)
	if err != nil {
		return nil, fmt.Errorf("loading %s in %s: %w", strings.Join(patterns, " "), dir, err)
	}
	var result []Package
	for _, p := range loaded {
		var faults []error
		for _, fault := range p.Errors {
			faults = append(faults, fault)
		}
		if err := errors.Join(faults...); err != nil {
			return nil, fmt.Errorf("loading %s: %w", p.PkgPath, err)
		}
		below := "."
		if p.Module != nil && p.PkgPath != p.Module.Path {
			below = strings.TrimPrefix(p.PkgPath, p.Module.Path+"/")
		}
		result = append(result, Package{Path: below, Package: p})
	}
	return result, nil
}

// file is the name of the file that pos is in, without its directory.
func (p Package) file(pos token.Pos) string {
	return filepath.Base(p.Fset.Position(pos).Filename)
}
