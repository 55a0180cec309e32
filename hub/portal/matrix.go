package portal

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"github.com/goat-trace/goat/hub/review"
)

// matrix shows what each pod ran of each package.
type matrix struct {
	Title    string
	Packages []matrixHead
	Rows     []matrixRow
	Width    int
	Height   int
	More     int // pods that are not shown
	Others   int // packages that are not shown
}

type matrixHead struct {
	Package string
	Text    string
	X       int
}

type matrixRow struct {
	*review.Pod
	Text  string
	Y     int
	Cells []cell
}

// cell is what a pod ran of a package.
type cell struct {
	review.Share
	Class string // of the style sheet: m0 nothing, m1 to m3 a part, m4 all; "" if the pod has none of it
	Title string
	X     int
}

// The size of the drawing, and how much it shows.
const (
	mostPods     = 40
	mostPackages = 12
	matrixLeft   = 190
	matrixTop    = 92
	cellWidth    = 34
	cellHeight   = 18
)

// matrixOf draws the pods, and of the packages those with the most that did not run
// everywhere.
func matrixOf(v *review.Review) *matrix {
	groups := review.GroupBy("package", v.Select(review.Filter{}))
	m := &matrix{Others: max(0, len(groups)-mostPackages), More: max(0, len(v.Pods)-mostPods)}
	groups = groups[:min(len(groups), mostPackages)]
	slices.SortFunc(groups, func(a, b review.Group) int { return cmp.Compare(a.Key, b.Key) })
	for i, g := range groups {
		m.Packages = append(m.Packages, matrixHead{g.Key, fit(path.Base(g.Key), 90), matrixLeft + i*cellWidth})
	}
	for i := range v.Pods[:min(len(v.Pods), mostPods)] {
		pod := &v.Pods[i]
		row := matrixRow{Pod: pod, Text: fit(pod.Name, matrixLeft), Y: matrixTop + i*cellHeight}
		for _, head := range m.Packages {
			share := pod.In(head.Package)
			c := cell{Share: share, X: head.X, Title: fmt.Sprintf("%s: %d of %d of %s", pod.Name, share.Ran, share.Of, head.Package)}
			switch {
			case share.Of == 0:
			case share.Ran == share.Of:
				c.Class = "m4"
			case share.Ran == 0:
				c.Class = "m0"
			default:
				c.Class = fmt.Sprint("m", 1+3*share.Ran/share.Of)
			}
			row.Cells = append(row.Cells, c)
		}
		m.Rows = append(m.Rows, row)
	}
	m.Width, m.Height = matrixLeft+len(m.Packages)*cellWidth+70, matrixTop+len(m.Rows)*cellHeight+6
	m.Title = fmt.Sprintf("What %s ran of %s", plural(len(m.Rows), "pod", "pods"), plural(len(m.Packages), "package", "packages"))
	return m
}
