// Package portal serves the hub's pages for people: services, their releases, and
// which code of a release has run.
//
// In: requests of browsers. Out: HTML from embedded templates, with one style
// sheet. No page needs a script. Everything on the pages is also in /api/v1.
package portal
