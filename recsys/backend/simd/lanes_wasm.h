// The two loops in which a training spends its time are written by hand: the compiler puts
// all products of a loop before the first sum, more than there are registers, and makes the
// end of a loop a table of jumps. The same instructions in this order take half the time.
//
// The assembler of Go 1.27 loses operands: V128Store's offset, so that STORE adds it to the
// address, and V128Load32Splat's alignment and offset, for which two instructions stand
// whose code is 0.

#define LOAD(at, offset, to) Get at; I32WrapI64; V128Load $offset; Set to
#define SPREAD(at, to) Get at; I32WrapI64; V128Load32Splat; Unreachable; Unreachable; Set to
#define STORE(from, at, offset) Get at; I64Const $offset; I64Add; I32WrapI64; Get from; V128Store $0
#define ZERO(to) V128Const $0, $0; Set to
#define ADD(sum, x, y) Get sum; Get x; Get y; F32x4Mul; F32x4Add; Set sum
#define STEP(at, by) Get at; I64Const $by; I64Add; Set at
