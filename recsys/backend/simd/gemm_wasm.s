//go:build goexperiment.simd && go1.27

#include "textflag.h"
#include "lanes_wasm.h"

// func multiplyLanes(a []cell, b []panel, c []tile, more bool)
//
// R0, R1: rows of a; R2: b, R3: how many panels are left; R4: c, R5: how many tiles are left.
TEXT ·multiplyLanes(SB), NOSPLIT, $0-73
	MOVD a_base+0(FP), R0
	MOVD c_base+48(FP), R4
	MOVD c_len+56(FP), R5
	Block
	Loop
		Get R5
		I64Eqz
		BrIf $1
		I64Load8U more+72(FP)
		I32WrapI64
		If
			LOAD(R4, 0, V0)
			LOAD(R4, 16, V1)
			LOAD(R4, 32, V2)
			LOAD(R4, 48, V3)
			LOAD(R4, 64, V4)
			LOAD(R4, 80, V5)
			LOAD(R4, 96, V6)
			LOAD(R4, 112, V7)
		Else
			ZERO(V0)
			ZERO(V1)
			ZERO(V2)
			ZERO(V3)
			ZERO(V4)
			ZERO(V5)
			ZERO(V6)
			ZERO(V7)
		End
		MOVD b_base+24(FP), R2
		MOVD b_len+32(FP), R3
		Get R0
		Get R3
		I64Const $2
		I64Shl
		I64Add
		Set R1
		Block
		Loop
			Get R3
			I64Eqz
			BrIf $1
			LOAD(R2, 0, V8)
			LOAD(R2, 16, V9)
			LOAD(R2, 32, V10)
			LOAD(R2, 48, V11)
			SPREAD(R0, V12)
			ADD(V0, V12, V8)
			ADD(V1, V12, V9)
			ADD(V2, V12, V10)
			ADD(V3, V12, V11)
			SPREAD(R1, V12)
			ADD(V4, V12, V8)
			ADD(V5, V12, V9)
			ADD(V6, V12, V10)
			ADD(V7, V12, V11)
			STEP(R0, 4)
			STEP(R1, 4)
			STEP(R2, 64)
			STEP(R3, -1)
			Br $0
		End
		End
		STORE(V0, R4, 0)
		STORE(V1, R4, 16)
		STORE(V2, R4, 32)
		STORE(V3, R4, 48)
		STORE(V4, R4, 64)
		STORE(V5, R4, 80)
		STORE(V6, R4, 96)
		STORE(V7, R4, 112)
		MOVD R1, R0
		STEP(R4, 128)
		STEP(R5, -1)
		Br $0
	End
	End
	RET
