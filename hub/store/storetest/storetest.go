package storetest

import "testing"

// Run runs the suite. open opens a store on the data of the test t and closes
// it at the end of the test. Stores that are opened for the same test share
// their data, as replicas do.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, open func(t *testing.T) Store)
	}{
		{"Register", testRegister},
		{"RegisterAgain", testRegisterAgain},
		{"Push", testPush},
		{"PushInAnyOrder", testPushInAnyOrder},
		{"PushRefused", testPushRefused},
		{"PushAtOnce", testPushAtOnce},
		{"LastDay", testLastDay},
		{"Restart", testRestart},
		{"Silent", testSilent},
		{"Summaries", testSummaries},
		{"Ask", testAsk},
		{"Sweep", testSweep},
		{"SweepAndRegister", testSweepAndRegister},
		{"OneLatestCover", testOneLatestCover},
		{"Covers", testCovers},
		{"Blocks", testBlocks},
		{"CountersOfRelease", testCountersOfRelease},
		{"LatestCovers", testLatestCovers},
		{"Baselines", testBaselines},
		{"Excuses", testExcuses},
		{"Tests", testTests},
		{"Gates", testGates},
		{"Notices", testNotices},
		{"Numbers", testNumbers},
		{"Addresses", testAddresses},
		{"JobOnce", testJobOnce},
		{"JobAskedWhileItRuns", testJobAskedWhileItRuns},
		{"JobLost", testJobLost},
		{"JobEffect", testJobEffect},
		{"JobsSpread", testJobsSpread},
		{"JobsOfManyRunners", testJobsOfManyRunners},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}
