package sourcediff

import (
	"bytes"
	"fmt"
	"go/printer"
	"slices"

	"github.com/dave/dst/decorator"

	"github.com/goat-trace/goat/analyzers/markers"
	"github.com/goat-trace/goat/internal/config"
)

// sourcePrinter prints files as GOAT does, by printerConfigMode and the related
// settings.
type sourcePrinter struct {
	config printer.Config
	own    bool // the configuration is not gofmt's
}

func newPrinter(cfg *config.Config) sourcePrinter {
	modes := map[string]printer.Mode{
		"useSpaces": printer.UseSpaces, "tabIndent": printer.TabIndent, "sourcePos": printer.SourcePos, "rawFormat": printer.RawFormat,
	}
	gofmt := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	p := sourcePrinter{config: gofmt}
	if cfg.PrinterMode != nil {
		p.config.Mode = 0
		for _, name := range cfg.PrinterMode {
			p.config.Mode |= modes[name]
		}
	}
	if cfg.PrinterTabwidth > 0 {
		p.config.Tabwidth = cfg.PrinterTabwidth
	}
	p.config.Indent = max(0, cfg.PrinterIndent)
	p.own = p.config != gofmt
	return p
}

// print prints a file with its blocks. With gofmt's configuration, cleaning the
// result must give the user's bytes back; with any other, the user's code. If a
// file can have neither, the rest of it stays as it is.
func (p sourcePrinter) print(name string, src, marked []byte) ([]byte, error) {
	printed, err := p.through(marked)
	if err != nil {
		return nil, fmt.Errorf("printing %s: %w", name, err)
	}
	cleaned, err := markers.Clean(name, printed)
	if err == nil && (bytes.Equal(cleaned.Text, src) || p.own && len(cleaned.Kept) == 0 && markers.SameCode(cleaned.Text, src)) {
		return printed, nil
	}
	return slices.Clone(marked), nil
}

// through prints a file from its decorated tree, in which comments keep their
// places in the code.
func (p sourcePrinter) through(text []byte) ([]byte, error) {
	tree, err := decorator.Parse(text)
	if err != nil {
		return nil, err
	}
	restorer := decorator.NewRestorer()
	file, err := restorer.RestoreFile(tree)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := p.config.Fprint(&b, restorer.Fset, file); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
