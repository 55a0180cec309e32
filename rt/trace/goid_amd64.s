#include "textflag.h"

// func gword(offset uintptr) uint64
TEXT ·gword(SB), NOSPLIT, $0-16
	MOVQ offset+0(FP), AX
	MOVQ (TLS), CX
	MOVQ (CX)(AX*1), AX
	MOVQ AX, ret+8(FP)
	RET
