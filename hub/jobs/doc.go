// Package jobs is what the hub does by itself: the loop over the job table, and
// the hub's own jobs.
//
// In: jobs that are due, from a Store, and handlers for their kinds. Out:
// effects, each written in the transaction that checks that the job still
// belongs to the runner. So only one of several replicas does a job. If a
// runner is killed or is held up for longer than its lease, another one gets
// the job, and the first has written nothing.
//
// A kind and a key name a job; there is at most one with a name. Scheduling it
// again changes nothing while it waits, except that it may become due earlier.
// While it runs, it means that it runs once more.
//
// # What it cannot do
//
// What a handler does outside its effect, such as writing a blob or sending a
// request, may happen twice.
package jobs
