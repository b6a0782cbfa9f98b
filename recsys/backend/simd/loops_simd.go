//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import "lethe/recsys/lanes"

var vector = loops{
	fill:    fillLanes,
	scale:   scaleLanes,
	axpby:   axpbyLanes,
	add:     addLanes,
	mul:     mulLanes,
	mulAdd:  mulAddLanes,
	unary:   unaryLanes,
	grad:    gradLanes,
	largest: largestLanes,
	total:   totalLanes,
	shift:   shiftLanes,
	divide:  divideLanes,
	dot:     dotLanes,
	adam:    adamLanes,
	bprDot:  bprDotLanes,
	bprMove: bprMoveLanes,
	spmm:    spmmLanes,
	tiles:   multiplyLanes,
	finish:  finishLanes,
	pack:    packLanes,
	above:   aboveLanes,
}

// fastest is the set for this processor.
func fastest() *loops {
	if lanes.Available {
		return &vector
	}
	return &scalar
}
