package edits
