package sqlite

import "net/url"

// address returns the driver's name for the file, with the settings of each
// connection.
func address(path, txlock string) string {
	query := url.Values{
		"_txlock": {txlock},
		"_pragma": {
			"busy_timeout(10000)",
			"journal_mode(WAL)",
			"synchronous(FULL)",
			"wal_autocheckpoint(8000)", // pages, which is 32 MB; each checkpoint writes and syncs the file itself
			"cache_size(-32000)",       // 32 MB for each connection
			"temp_store(MEMORY)",
		},
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}
