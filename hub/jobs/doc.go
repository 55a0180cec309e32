// Package jobs is what the hub does by itself: the loop over the job table, and
// the jobs of the core.
//
// In: jobs that are due, from a Store; handlers for their kinds. Out: effects,
// each written in the transaction that checks that the job is still the
// runner's own. So of several replicas one does a job, and one that is killed,
// or held up for longer than its lease, loses it to another without having
// written anything.
//
// A kind and a key name a job. There is at most one of a name: asking for it again
// while it waits changes nothing, or brings it forward; while it runs, it has it
// run once more.
//
// # What it cannot do
//
// What a handler does outside its effect, such as writing a blob or calling
// somebody, may happen twice.
package jobs
