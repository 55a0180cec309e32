// Package markers finds what source-patching tools left behind.
//
// In: the files of a package. Out: a diagnostic for each leftover block, with an
// edit that removes it. It needs no line sets. It is the only analyzer of goat that
// offers edits.
//
// # Analyzer markers
//
// markers: report leftover +goat: blocks and offer to remove them
//
// Tools that instrument source files mark what they insert with comments:
//
//	// +goat:generate
//	// +goat:tips: do not edit the block between the +goat comments
//	goat.Track(goat.TRACK_ID_1)
//	// +goat:end
//
// The blocks begin with +goat:generate, +goat:main, +goat:delete, +goat:user
// or +goat:import, and end with +goat:end. Since goat-exec instruments at
// compile time, such blocks only count twice. The suggested fix removes a
// block with its comments; an import that only leftover blocks use is reported
// and removed as well. A block without an end is reported without a fix: where
// it ends is for people to say. "go fix -fixtool=$(which goat-vet) ./..."
// applies the fixes.
//
// The comment +goat:insert is no leftover: it asks goat for a tracking point.
package markers
