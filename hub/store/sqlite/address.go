package sqlite

import "net/url"

// address is the driver's name for the file: what each connection is set to.
func address(path, txlock string) string {
	query := url.Values{
		"_txlock": {txlock},
		"_pragma": {
			"busy_timeout(10000)",
			"journal_mode(WAL)",
			"synchronous(FULL)",
			"wal_autocheckpoint(8000)", // pages, 32 MB: each checkpoint writes and syncs the file itself
			"cache_size(-32000)",       // 32 MB a connection
			"temp_store(MEMORY)",
		},
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}
