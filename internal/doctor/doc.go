// Package doctor looks at what a build with goat needs and what gets in its way.
//
// In: a directory, flags and the environment. Out: findings in a fixed order,
// each with its next step where something is to be mended; internal/cli prints
// them. It changes nothing but goat's cache directory, where sessions are stored
// as for a build. It cannot see what a build elsewhere has, as in a container.
package doctor
