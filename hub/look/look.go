// Package look holds the sheet that gives all of the hub's pages their look, and
// the script that makes them a little easier to use.
//
// In: nothing. Out: goat.css, for the server to serve and for pages that stand
// alone to have in them; goat.js, which no page needs. What the classes mean stands
// in the sheet.
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
