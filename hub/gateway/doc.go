// Package gateway is a module of its own that has one thing: versitygw, the S3
// server that the tests of hub/store/blobs/s3 run. So nobody who builds the hub
// pulls what that server needs.
//
// In: nothing. Out: "go tool versitygw" in this directory. It takes minutes to
// build for the first time.
package gateway
