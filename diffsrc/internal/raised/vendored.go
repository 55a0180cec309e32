package raised

import (
	"maps"
	"strings"
)

// parseVendored reads vendor/modules.txt: above the packages of each module is
// a line "# path version" or "# path version => path version"
// (cmd/go/internal/modload: readVendorList).
func parseVendored(data []byte, root string) *buildList {
	list := &buildList{modules: make(map[string]code), packages: make(map[string][]string)}
	module := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		head, isModule := strings.CutPrefix(line, "# ")
		switch {
		case isModule:
			fields := strings.Fields(head)
			c, ok := vendoredCode(fields, root)
			if module = ""; ok {
				module = fields[0]
				list.modules[module] = c
			}
		case line == "" || strings.HasPrefix(line, "#"):
		case module != "":
			list.packages[module] = append(list.packages[module], line)
		}
	}
	// The lines at the end of the file list replaced modules without packages.
	maps.DeleteFunc(list.modules, func(path string, _ code) bool { return len(list.packages[path]) == 0 })
	return list
}

func vendoredCode(fields []string, root string) (code, bool) {
	arrow := -1
	for i, f := range fields {
		if f == "=>" {
			arrow = i
		}
	}
	switch {
	case arrow > 0 && arrow+2 == len(fields):
		return code{dir: localDir(fields[arrow+1], root)}, true
	case arrow > 0 && arrow+3 == len(fields):
		return code{path: fields[arrow+1], version: fields[arrow+2]}, true
	case arrow < 0 && len(fields) == 2:
		return code{path: fields[0], version: fields[1]}, true
	}
	return code{}, false
}
