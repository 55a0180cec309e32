// Package look holds the style sheet for all of the hub's pages, and the script
// that makes them a little easier to use.
//
// In: nothing. Out: goat.css, which the server serves and which reports of one file
// contain; goat.js, which no page needs. The sheet says what the classes mean.
package look

import "embed"

// Files holds goat.css and goat.js.
//
//go:embed goat.css goat.js
var Files embed.FS

// Sheet is the text of goat.css.
//
//go:embed goat.css
var Sheet string
