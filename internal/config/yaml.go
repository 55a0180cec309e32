package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// follow returns the node that an alias refers to.
func follow(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}

// isUnset reports whether a value means unset. GOAT writes such keys.
func isUnset(node *yaml.Node) bool {
	return isNull(node) || node.Kind == yaml.ScalarNode && node.ShortTag() == "!!str" && node.Value == ""
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// sameScalar reports whether two keys of one setting have the same value.
func sameScalar(a, b *yaml.Node, s Setting) bool {
	spell := func(n *yaml.Node) string {
		if newer, ok := s.Older[n.Value]; ok {
			return newer
		}
		return n.Value
	}
	return a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && spell(a) == spell(b)
}

// describe says what kind of node it is, for messages.
func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		switch node.ShortTag() {
		case "!!null":
			return "empty"
		case "!!bool":
			return "the boolean " + node.Value
		case "!!int", "!!float":
			return "the number " + node.Value
		case "!!str":
			return fmt.Sprintf("the string %q", node.Value)
		}
		return fmt.Sprintf("the %s %q", strings.TrimLeft(node.Tag, "!"), node.Value)
	}
	return "not a value"
}
