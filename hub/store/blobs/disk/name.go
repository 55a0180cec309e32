package disk

import (
	"math/rand/v2"
	"strconv"
)

// randomName tells temporary files apart that are written at once.
func randomName() string { return strconv.FormatUint(rand.Uint64(), 36) }
