package config

import "slices"

// distinct drops repeated items.
func distinct(items []string) []string {
	first := items[:0:0]
	for _, item := range items {
		if !slices.Contains(first, item) {
			first = append(first, item)
		}
	}
	return first
}
