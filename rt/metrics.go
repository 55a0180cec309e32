package rt

import (
	"io"
	"strconv"
	"strings"
)

// WriteMetrics writes the page /metrics in the Prometheus text format 0.0.4:
// for each component the gauges goat_points, goat_points_covered and
// goat_coverage_ratio (0 to 1; 1 without points), and goat_build_info. A build
// with hits: point adds goat_point_covered for each point and component, and
// for the data type count also goat_point_hits_total. compat adds GOAT's
// goat_track_total, goat_track_covered and goat_track_coverage_ratio (integer
// percent).
//
// With GOAT=off the page is empty. Components and points are in the order of
// their ids. An error of w or of Paced's function ends the work and is
// returned.
func (r *Report) WriteMetrics(w io.Writer, compat bool) error {
	if len(r.catalog.components) == 0 {
		return nil
	}
	p := r.newPage(w)
	components := r.Components()

	p.family("goat_points", "gauge", "Tracking points in the component.")
	for _, c := range components {
		p.series("goat_points", strconv.Itoa(c.Total), "component", c.Name)
	}
	p.family("goat_points_covered", "gauge", "Tracking points in the component that have been hit.")
	for _, c := range components {
		p.series("goat_points_covered", strconv.Itoa(c.Covered), "component", c.Name)
	}
	p.family("goat_coverage_ratio", "gauge", "Covered part of the component's tracking points, 0 to 1; 1 with no points.")
	for _, c := range components {
		p.series("goat_coverage_ratio", strconv.FormatFloat(c.Ratio(), 'g', -1, 64), "component", c.Name)
	}
	p.family("goat_build_info", "gauge", "What the program was built from; always 1.")
	p.series("goat_build_info", "1", r.catalog.build.Labels()...)

	if r.catalog.build.Hits == "point" {
		r.writePoints(p)
	}
	if compat {
		writeCompat(p, r.catalog.build, components)
	}
	p.flush()
	return p.err
}

// Labels returns the labels of goat_build_info, as alternating names and
// values.
func (b Build) Labels() []string {
	return []string{
		"app", b.App, "version", b.Version, "commit", b.Commit,
		"base", b.Base, "granularity", b.Granularity, "adaptor", b.Adaptor,
	}
}

func (r *Report) writePoints(p *page) {
	p.family("goat_point_covered", "gauge", "1 if the tracking point has been hit, else 0.")
	r.eachSeries(p, func(labels []string, count uint64) {
		p.series("goat_point_covered", strconv.Itoa(int(min(count, 1))), labels...)
	})
	if r.catalog.build.DataType != "count" {
		return
	}
	p.family("goat_point_hits_total", "counter", "Hits of the tracking point.")
	r.eachSeries(p, func(labels []string, count uint64) {
		p.series("goat_point_hits_total", strconv.FormatUint(count, 10), labels...)
	})
}

// eachSeries calls f with labels and count for each point of each component,
// until the page has an error.
func (r *Report) eachSeries(p *page, f func(labels []string, count uint64)) {
	labels := []string{
		"component", "", "package", "", "file", "", "line", "", "func", "", "kind", "", "stable_id", "",
	}
	for i := range r.catalog.components {
		c := &r.catalog.components[i]
		for _, pkg := range c.packages {
			for i := range pkg.Points {
				if !p.goOn() {
					return
				}
				pt := &pkg.Points[i]
				labels[1], labels[3], labels[5], labels[7] = c.name, pkg.path, pt.File, strconv.Itoa(pt.Line)
				labels[9], labels[11], labels[13] = pt.Func, pt.Kind, pt.StableID
				f(labels, r.counts[pkg.base+i])
			}
		}
	}
}

func writeCompat(p *page, b Build, components []Component) {
	for _, family := range []struct {
		name, help string
		value      func(Component) int
	}{
		{"goat_track_total", "goat track total", func(c Component) int { return c.Total }},
		{"goat_track_covered", "goat track covered", func(c Component) int { return c.Covered }},
		{"goat_track_coverage_ratio", "goat track coverage ratio", Component.Percent},
	} {
		p.family(family.name, "gauge", family.help)
		for _, c := range components {
			p.series(family.name, strconv.Itoa(family.value(c)), "app", b.App, "version", b.Version, "component", c.Name)
		}
	}
}

func (p *page) family(name, kind, help string) {
	p.buf = append(p.buf, "# HELP "+name+" "+help+"\n# TYPE "+name+" "+kind+"\n"...)
}

// series writes one sample; labels alternates names and values.
func (p *page) series(name, value string, labels ...string) {
	p.buf = append(p.buf, name...)
	p.buf = AppendLabels(p.buf, labels...)
	p.buf = append(p.buf, ' ')
	p.buf = append(p.buf, value...)
	p.buf = append(p.buf, '\n')
	p.flushIfFull()
}

// AppendLabels appends labels, given as alternating names and values, in the
// Prometheus text format: {a="x",b="y"}. It replaces invalid UTF-8 in values,
// which a scrape would reject.
func AppendLabels(dst []byte, labels ...string) []byte {
	for i := 0; i+1 < len(labels); i += 2 {
		if i == 0 {
			dst = append(dst, '{')
		} else {
			dst = append(dst, ',')
		}
		dst = append(dst, labels[i]...)
		dst = append(dst, '=', '"')
		dst = appendLabelValue(dst, labels[i+1])
		dst = append(dst, '"')
	}
	if len(labels) > 1 {
		dst = append(dst, '}')
	}
	return dst
}

func appendLabelValue(dst []byte, value string) []byte {
	value = strings.ToValidUTF8(value, "\uFFFD")
	for i := range len(value) {
		switch c := value[i]; c {
		case '\\', '"':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
