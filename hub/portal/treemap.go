package portal

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"github.com/goat-trace/goat/hub/review"
)

// treemap shows what never ran as areas, by owner and package.
type treemap struct {
	Title  string
	Height int
	Owned  bool
	Tiles  []tile
	Owners []tile // the areas of owners, around their tiles
	Rows   []review.Tile
	More   int // packages that are in no row
}

// tile is an area.
type tile struct {
	box
	Text, Title string
	Filter      []string // names and values for picked.Link
}

// TextX and TextY are where the text begins.
func (t *tile) TextX() float64 { return t.X + 5 }

// TextY is described with TextX.
func (t *tile) TextY() float64 { return t.Y + 13 }

// box is a rectangle of the drawing.
type box struct{ X, Y, W, H float64 }

// The size of the drawing, and how many areas and rows there are at most.
const (
	mapWidth     = 1000
	mostTiles    = 40
	mostTileRows = 100
	ownerHead    = 18 // height of an owner's name
)

// treemapOf draws what never ran; nil if everything has run.
func treemapOf(v *review.Review) *treemap {
	all := v.Tiles()
	if len(all) == 0 {
		return nil
	}
	t := &treemap{Owned: v.Owned, Rows: all[:min(len(all), mostTileRows)], More: max(0, len(all)-mostTileRows)}
	t.Title = fmt.Sprintf("What never ran: %s of %s", plural(v.Totals.Never, "point", "points"), plural(len(all), "area", "areas"))
	tiles := all[:min(len(all), mostTiles)]
	t.Height = min(120+20*len(tiles), 320)
	whole := box{0, 0, mapWidth, float64(t.Height)}
	if !v.Owned {
		t.fill(whole, "", tiles, all[len(tiles):])
		return t
	}
	owners := map[string]int{}
	var names []string
	for _, tile := range all {
		if owners[tile.Owner] == 0 {
			names = append(names, tile.Owner)
		}
		owners[tile.Owner] += tile.Never
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(owners[b], owners[a]) })
	names = names[:min(len(names), mostTiles)]
	var weights []int
	for _, name := range names {
		weights = append(weights, owners[name])
	}
	of := func(list []review.Tile, owner string) (own []review.Tile) {
		for _, tile := range list {
			if tile.Owner == owner {
				own = append(own, tile)
			}
		}
		return own
	}
	for i, area := range squarify(whole, weights) {
		name := names[i]
		head := tile{box: area, Text: fit(name, area.W), Title: fmt.Sprintf("%s: %d never ran", name, weights[i]), Filter: []string{"state", "never", "owner", name}}
		t.Owners = append(t.Owners, head)
		inner := area
		if inner.H > 2*ownerHead {
			inner.Y, inner.H = inner.Y+ownerHead, inner.H-ownerHead
		}
		t.fill(inner, name, of(tiles, name), of(all[len(tiles):], name))
	}
	return t
}

// fill draws an owner's packages. Those in rest become one area.
func (t *treemap) fill(area box, owner string, tiles, rest []review.Tile) {
	var weights []int
	for _, tile := range tiles {
		weights = append(weights, tile.Never)
	}
	others := 0
	for _, tile := range rest {
		others += tile.Never
	}
	if others > 0 {
		weights = append(weights, others)
	}
	for i, area := range squarify(area, weights) {
		one := tile{box: area, Filter: []string{"state", "never", "owner", owner}}
		if i < len(tiles) {
			pkg := tiles[i].Package
			one.Filter = append(one.Filter, "package", pkg)
			one.Text, one.Title = fit(fmt.Sprintf("%s %d", path.Base(pkg), tiles[i].Never), area.W), fmt.Sprintf("%s: %d never ran", pkg, tiles[i].Never)
		} else {
			one.Text, one.Title = fit(fmt.Sprint("others ", others), area.W), fmt.Sprintf("%s: %d never ran", plural(len(rest), "other package", "other packages"), others)
		}
		if area.H < 16 {
			one.Text = ""
		}
		t.Tiles = append(t.Tiles, one)
	}
}

// fit cuts a text to what a width has room for.
func fit(text string, width float64) string {
	most := int(width/7) - 1
	if most < 3 {
		return ""
	}
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// squarify divides an area by weights, which descend and are not 0, into rectangles
// that are as square as possible (Bruls, Huizing, van Wijk: Squarified Treemaps).
func squarify(area box, weights []int) []box {
	total := 0
	for _, w := range weights {
		total += w
	}
	if total == 0 {
		return nil
	}
	scale := area.W * area.H / float64(total)
	boxes := make([]box, 0, len(weights))
	for len(weights) > 0 {
		side := min(area.W, area.H)
		n := 1
		for n < len(weights) && worst(weights[:n+1], scale, side) <= worst(weights[:n], scale, side) {
			n++
		}
		sum := 0
		for _, w := range weights[:n] {
			sum += w
		}
		thick := float64(sum) * scale / max(side, 1e-9)
		at := 0.0
		for _, w := range weights[:n] {
			long := float64(w) * scale / max(thick, 1e-9)
			if area.W >= area.H {
				boxes = append(boxes, box{area.X, area.Y + at, thick, long})
			} else {
				boxes = append(boxes, box{area.X + at, area.Y, long, thick})
			}
			at += long
		}
		if area.W >= area.H {
			area.X, area.W = area.X+thick, area.W-thick
		} else {
			area.Y, area.H = area.Y+thick, area.H-thick
		}
		weights = weights[n:]
	}
	return boxes
}

// worst is the largest ratio of sides in a row of areas along a side.
func worst(row []int, scale, side float64) float64 {
	sum := 0
	for _, w := range row {
		sum += w
	}
	s := float64(sum) * scale
	largest, smallest := float64(slices.Max(row))*scale, float64(slices.Min(row))*scale
	return max(side*side*largest/(s*s), s*s/(side*side*smallest))
}
