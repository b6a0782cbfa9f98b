//go:build goexperiment.simd && go1.27 && amd64

package lanes

import "simd/archsimd"

// Available says whether the processor has the instructions.
var Available = archsimd.X86.AVX2()

// F32, I32 and Mask are eight lanes of float32, of int32 and of truth.
type (
	F32  = archsimd.Float32x8
	I32  = archsimd.Int32x8
	Mask = archsimd.Mask32x8
)

// Load reads eight numbers; F32.StoreArray writes them.
func Load(p *[Width]float32) F32 { return archsimd.LoadFloat32x8Array(p) }

// Splat is x in every lane.
func Splat(x float32) F32 { return archsimd.BroadcastFloat32x8(x) }

// SplatInt is x in every lane.
func SplatInt(x int32) I32 { return archsimd.BroadcastInt32x8(x) }

// Bits are the bits of float32 as integers.
func Bits(x F32) I32 { return x.ToBits().BitsToInt32() }

// FromBits is the inverse of Bits.
func FromBits(x I32) F32 { return x.ToBits().BitsToFloat32() }

// Any says whether any lane of m is true.
func Any(m Mask) bool { return m.ToBits() != 0 }

// Clear ends a vector loop: scalar instructions that follow would otherwise wait for,
// and save, the upper halves of the registers. Between a loop's vector instructions
// there must be no scalar arithmetic, not even a comparison of floats.
func Clear() { archsimd.ClearAVXUpperBits() }
