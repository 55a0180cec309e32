// Package portal is the hub's pages for people: services, their releases, and
// what of a release has run.
//
// In: requests of browsers. Out: HTML from embedded templates, with one sheet. No
// page needs a script. Everything shown is in /api/v1 too.
package portal
