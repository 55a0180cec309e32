// Package s3test gives tests an S3 server of their own, versitygw, which it
// builds from the module hub/gateway.
//
// In: a test. Out: the URLs of new buckets, as goat-hub takes them with --blobs,
// and the files in which the server has their objects. The server ends with the
// test, also when the test process dies.
package s3test
