//go:build goexperiment.simd && go1.27

#include "go_asm.h"
#include "textflag.h"
#include "lanes_wasm.h"

#define FIELD(of, offset, to) Get of; I32WrapI64; I64Load $offset; Set to
#define PLUS(x, y) Get x; Get y; I64Add; Set x
#define MUL(x, y) Get x; Get y; F32x4Mul; Set x

// ENTRY makes an entry's place in storage, the number at an address, a byte offset.
#define ENTRY(at, offset, to) Get at; I32WrapI64; I64Load32S $offset; I64Const $2; I64Shl; Set to

// func spmm32(p *product, from, to, c int)
//
// R0: p; R1: how many rows are left; R2: bytes of a row; R3: x, from column c on; R4, R5:
// a row of z and of y; R6: its pointers; R7, R8: col and val; R9, R10, R11: an entry's col,
// the end of the row's, an entry's val; R12: a row of x.
TEXT ·spmm32(SB), NOSPLIT, $0-32
	MOVD p+0(FP), R0
	FIELD(R0, product_sparse, R12)
	FIELD(R12, sparse_ptr, R6)
	FIELD(R12, sparse_col, R7)
	FIELD(R12, sparse_val, R8)
	FIELD(R0, product_n, R2)
	FIELD(R0, product_x, R3)
	FIELD(R0, product_z, R4)
	FIELD(R0, product_y, R5)
	Get R2
	I64Const $2
	I64Shl
	Set R2
	I64Load c+24(FP)
	I64Const $2
	I64Shl
	Set R12
	PLUS(R3, R12)
	I64Load from+8(FP)
	Get R2
	I64Mul
	Get R12
	I64Add
	Set R12
	PLUS(R4, R12)
	PLUS(R5, R12)
	I64Load from+8(FP)
	I64Const $2
	I64Shl
	Get R6
	I64Add
	Set R6
	I64Load to+16(FP)
	I64Load from+8(FP)
	I64Sub
	Set R1
	Block
	Loop
		Get R1
		I64Eqz
		BrIf $1
		ENTRY(R6, 0, R9)
		MOVD R9, R11
		PLUS(R9, R7)
		PLUS(R11, R8)
		ENTRY(R6, 4, R10)
		PLUS(R10, R7)
		ZERO(V0)
		ZERO(V1)
		ZERO(V2)
		ZERO(V3)
		ZERO(V4)
		ZERO(V5)
		ZERO(V6)
		ZERO(V7)
		Block
		Loop
			Get R9
			Get R10
			I64Eq
			BrIf $1
			Get R9
			I32WrapI64
			I64Load32S $0
			Get R2
			I64Mul
			Get R3
			I64Add
			Set R12
			SPREAD(R11, V8)
			LOAD(R12, 0, V9)
			ADD(V0, V8, V9)
			LOAD(R12, 16, V9)
			ADD(V1, V8, V9)
			LOAD(R12, 32, V9)
			ADD(V2, V8, V9)
			LOAD(R12, 48, V9)
			ADD(V3, V8, V9)
			LOAD(R12, 64, V9)
			ADD(V4, V8, V9)
			LOAD(R12, 80, V9)
			ADD(V5, V8, V9)
			LOAD(R12, 96, V9)
			ADD(V6, V8, V9)
			LOAD(R12, 112, V9)
			ADD(V7, V8, V9)
			STEP(R9, 4)
			STEP(R11, 4)
			Br $0
		End
		End
		MOVD R0, R12
		STEP(R12, product_alpha)
		SPREAD(R12, V8)
		MUL(V0, V8)
		MUL(V1, V8)
		MUL(V2, V8)
		MUL(V3, V8)
		MUL(V4, V8)
		MUL(V5, V8)
		MUL(V6, V8)
		MUL(V7, V8)
		Get R0
		I32WrapI64
		I32Load8U $product_more
		If
			MOVD R0, R12
			STEP(R12, product_beta)
			SPREAD(R12, V8)
			LOAD(R4, 0, V9)
			ADD(V0, V8, V9)
			LOAD(R4, 16, V9)
			ADD(V1, V8, V9)
			LOAD(R4, 32, V9)
			ADD(V2, V8, V9)
			LOAD(R4, 48, V9)
			ADD(V3, V8, V9)
			LOAD(R4, 64, V9)
			ADD(V4, V8, V9)
			LOAD(R4, 80, V9)
			ADD(V5, V8, V9)
			LOAD(R4, 96, V9)
			ADD(V6, V8, V9)
			LOAD(R4, 112, V9)
			ADD(V7, V8, V9)
		End
		STORE(V0, R5, 0)
		STORE(V1, R5, 16)
		STORE(V2, R5, 32)
		STORE(V3, R5, 48)
		STORE(V4, R5, 64)
		STORE(V5, R5, 80)
		STORE(V6, R5, 96)
		STORE(V7, R5, 112)
		PLUS(R4, R2)
		PLUS(R5, R2)
		STEP(R6, 4)
		STEP(R1, -1)
		Br $0
	End
	End
	RET
