package goat

const (
	TRACK_ID_1  = 1
	COMPONENT_0 = 0
)

func Track(int)     {}
func ServeHTTP(int) {}
