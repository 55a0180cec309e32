// Package component counts the tracking points that a main package links.
//
// In: the points of a package, and the facts of what it imports. Out: a Set,
// the packages with points that a binary of it would hold, with their ids.
//
// A package's fact counts the points of all packages that it imports, directly
// or not. It does not list them: a driver such as go vet shows an analyzer only
// the facts of packages whose types it needs, so each fact has to repeat what
// is below it, and facts full of points would grow with each level.
//
// # Analyzer component
//
// component: gather the tracking points that a main package links
//
// The ids of a binary's points follow from the packages' paths and the order
// of points in each. With -component.report it reports, at the package clause
// of each main package, how many points the binary has and in how many
// packages; otherwise it reports nothing.
package component
