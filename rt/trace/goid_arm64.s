#include "textflag.h"

// func gword(offset uintptr) uint64
TEXT ·gword(SB), NOSPLIT, $0-16
	MOVD offset+0(FP), R1
	ADD g, R1, R1
	MOVD (R1), R0
	MOVD R0, ret+8(FP)
	RET
