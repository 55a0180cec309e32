package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
	"github.com/goat-trace/goat/rt/manifest"
)

// trackPage is the part of /track's JSON that the table shows. Lists are decoded
// an entry at a time, each entry when it is printed: a short text such as "{},"
// would otherwise become a large value, many times.
type trackPage struct {
	Format  int
	Name    string
	Version string
	Results json.RawMessage // of trackResult
}

type trackResult struct {
	ID      int
	Name    string
	Metrics struct {
		Total       int
		Covered     int
		CoveredRate int
		Items       json.RawMessage // of trackItem
	}
}

type trackItem struct {
	ID      int
	Count   uint64
	Module  string // of a required module
	Version string `json:"moduleVersion"`
	File    string
	Line    int
	EndLine int
	Func    string
	Kind    string
}

// maxPage bounds what is read: a point takes about 300 bytes, so this is room
// for some 800,000.
const maxPage = 256 << 20

// printTrack prints a page of /track that came from source.
func (p *program) printTrack(body []byte, source string, asJSON bool) error {
	page, err := parseTrack(body)
	if err == nil && asJSON {
		_, _ = p.stdout.Write(terminal.JSON(body)) // Main says if it fails
		return nil
	}
	first := true
	if err == nil {
		err = eachEntry(page.Results, func(result trackResult) error {
			if !first {
				fmt.Fprintln(p.stdout)
			}
			first = false
			return p.printResult(page, result)
		})
	}
	if err != nil {
		return fmt.Errorf("reading /track's JSON from %s: %w", source, err)
	}
	return nil
}

// errNoTrack says what to do about bytes that are no page of /track.
var errNoTrack = errors.New("check that it is /track of a binary built with goat-exec")

// parseTrack reads a page that this goat understands. Of another format nothing
// is known.
func parseTrack(body []byte) (page trackPage, err error) {
	err = json.Unmarshal(body, &page)
	switch {
	case err != nil:
		// A page of another format need not have the same types.
		var head struct{ Format int }
		if json.Unmarshal(body, &head) != nil || head.Format <= manifest.TrackFormat {
			return page, fmt.Errorf("%w; %w", err, errNoTrack)
		}
		page.Format = head.Format
		fallthrough
	case page.Format > manifest.TrackFormat:
		return page, fmt.Errorf("it has format %d, a newer goat's, and this goat reads format %d; update goat", page.Format, manifest.TrackFormat)
	case len(page.Results) == 0 || page.Results[0] != '[':
		return page, fmt.Errorf("it has no results; %w", errNoTrack)
	case page.Format < manifest.TrackFormat:
		return page, fmt.Errorf("it has format %d, an older goat's, and this goat reads format %d; rebuild the binary with this goat and run it again",
			max(page.Format, 1), manifest.TrackFormat)
	}
	return page, nil
}

// eachEntry decodes a JSON array and calls f for each entry. Nothing and null
// are empty.
func eachEntry[T any](array json.RawMessage, f func(T) error) error {
	if len(array) == 0 || string(array) == "null" {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(array))
	if bracket, err := decoder.Token(); err != nil || bracket != json.Delim('[') {
		return fmt.Errorf("it has no list where one belongs; %w", errNoTrack)
	}
	for decoder.More() {
		var entry T
		if err := decoder.Decode(&entry); err != nil {
			return fmt.Errorf("%w; %w", err, errNoTrack)
		}
		if err := f(entry); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) printResult(page trackPage, result trackResult) error {
	if result.Name == "" {
		return fmt.Errorf("a result has no name; %w", errNoTrack)
	}
	m := result.Metrics
	title := strings.TrimSpace(page.Name + " " + page.Version)
	if result.Name != page.Name {
		title += ", " + result.Name
	}
	covered, missed := "", ""
	if p.colours() {
		covered, missed = styleGreen, styleRed
	}
	rows := func(add addRow) error {
		return eachEntry(m.Items, func(item trackItem) error {
			if item.File == "" {
				return fmt.Errorf("an item has no file; %w", errNoTrack)
			}
			mark, style := "✗", missed
			if item.Count > 0 {
				mark, style = "✓", covered
			}
			add(style, mark, strconv.FormatUint(item.Count, 10), position(inModule(item.Module, item.Version, item.File), item.Line, item.EndLine), item.Func, item.Kind)
			return nil
		})
	}
	head := fmt.Sprintf("%s: %d of %s covered (%d%%)\n", terminal.Word(title), m.Covered, count(m.Total, "point"), m.CoveredRate)
	return printTable(p.stdout, columns{head: head, titles: []string{"", "COUNT", "POSITION", "FUNC", "KIND"}, right: []int{1}}, rows)
}
