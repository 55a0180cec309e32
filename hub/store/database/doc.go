// Package database finds the engine of a hub's database by its name.
//
// In: what --db says. Out: a database that can be opened and migrated. Passwords
// never get into its errors.
package database
