//go:build !js

package main

import (
	"bytes"
	"encoding/binary"
)

// Go's linker writes, for every function, tables from program counters to what the runtime
// must know of them. The collector and unwinding need the depth of the stack and which of its words are
// pointers; only the text of a traceback needs files, lines, what was inlined and how
// arguments print, and only preemption by signals, which WebAssembly has not, needs the
// places that are unsafe for it. Those are half of the tables and hardly compress.
//
// dropLines blanks them: a traceback then names functions without lines, as the runtime
// provides for (offset 0: no table; ^0: no data). What was inlined into a wrapper stays, for
// recover counts it. The layout is runtime.pcHeader and runtime._func of Go 1.20 to 1.27.

const (
	pcMagic = 0xfffffff1 // abi.Go120PCLnTabMagic

	// 32-bit words of runtime._func.
	funcName      = 1
	funcStack     = 4 // pcsp
	funcFile      = 5
	funcLine      = 6
	funcTables    = 7 // how many tables of program counters follow
	funcUnit      = 8
	funcStartLine = 9
	funcKinds     = 10 // bytes: funcID, flag, padding, how many references to data follow the tables
	funcWords     = 11

	wrapper = 23 // abi.FuncIDWrapper

	noData = ^uint32(0)
)

// For tracebacks and preemption alone: tables UnsafePoint, InlTreeIndex, ArgLiveIndex and
// data InlTree, ArgInfo, ArgLiveInfo, WrapInfo of internal/abi.
var (
	blankTables = []uint32{0, 2, 3}
	blankData   = []uint32{3, 5, 6, 7}
)

// inlined are those that recover reads of wrappers.
var inlined = map[bool]uint32{true: 2, false: 3} // of tables, of data

// dropLines works in place on the memory that holds the tables, and reports whether it does.
func dropLines(memory []byte) (found bool, err error) {
	head := bytes.Index(memory, binary.LittleEndian.AppendUint32(nil, pcMagic))
	for ; head >= 0 && !isHeader(memory[head:]); head = next(memory, head) {
	}
	if head < 0 {
		return false, nil
	}
	b := memory[head:]
	field := func(k int) uint64 { return binary.LittleEndian.Uint64(b[8+8*k:]) }
	count, names, units, tables, functions := field(0), field(3), field(4), field(6), field(7)
	if !(72 <= names && names <= units && units <= tables && tables <= functions && functions < uint64(len(b)) && count < (uint64(len(b))-functions)/8) {
		return false, errModule
	}
	l := lines{names: b[names:units], tables: b[tables:functions], functions: b[functions:]}
	l.keptNames, l.keptTables = make([]bool, len(l.names)), make([]bool, len(l.tables))
	for k := range count {
		l.function(uint64(l.word(8*k + 4)))
	}
	if l.bad {
		return false, errModule
	}
	blank(l.names, l.keptNames)
	blank(l.tables, l.keptTables)
	clear(b[units:tables]) // which file a line is in, and the files' names
	return true, nil
}

func isHeader(b []byte) bool {
	return len(b) >= 72 && b[4] == 0 && b[5] == 0 && b[6] == 1 && b[7] == 8
}

func next(memory []byte, at int) int {
	k := bytes.Index(memory[at+1:], binary.LittleEndian.AppendUint32(nil, pcMagic))
	if k < 0 {
		return -1
	}
	return at + 1 + k
}

func blank(b []byte, kept []bool) {
	for k := range b {
		if !kept[k] {
			b[k] = 0
		}
	}
}

// lines are the parts of the tables. What does not fit sets bad.
type lines struct {
	names, tables, functions []byte
	keptNames, keptTables    []bool
	bad                      bool
}

func (l *lines) word(at uint64) uint32 {
	if at+4 > uint64(len(l.functions)) {
		l.bad = true
		return 0
	}
	return binary.LittleEndian.Uint32(l.functions[at:])
}

func (l *lines) set(at uint64, v uint32) {
	if l.word(at); !l.bad {
		binary.LittleEndian.PutUint32(l.functions[at:], v)
	}
}

func (l *lines) function(at uint64) {
	word := func(k uint32) uint64 { return at + 4*uint64(k) }
	for _, k := range []uint32{funcFile, funcLine, funcUnit, funcStartLine} {
		l.set(word(k), 0)
	}
	tables, kinds := l.word(word(funcTables)), l.word(word(funcKinds))
	data, wraps := kinds>>24, kinds&0xff == wrapper
	for _, k := range blankTables {
		if k < tables && !(wraps && k == inlined[true]) {
			l.set(word(funcWords+k), 0)
		}
	}
	for _, k := range blankData {
		if k < data && !(wraps && k == inlined[false]) {
			l.set(word(funcWords+tables+k), noData)
		}
	}
	l.keepName(l.word(word(funcName)))
	l.keepTable(l.word(word(funcStack)))
	for k := range tables {
		l.keepTable(l.word(word(funcWords + k)))
	}
}

// keepName keeps a name, which ends with a zero, up to its type parameters: a traceback prints them as three dots.
func (l *lines) keepName(at uint32) {
	for k := int(at); ; k++ {
		if k >= len(l.names) {
			l.bad = true
			return
		}
		if l.names[k] == '[' {
			return // a blank ends it
		}
		l.keptNames[k] = true
		if l.names[k] == 0 {
			return
		}
	}
}

// keepTable keeps a table: pairs of variable-length steps of value and counter, until a
// step of the value is zero that is not the first.
func (l *lines) keepTable(at uint32) {
	if at == 0 {
		return // none
	}
	k := int(at)
	skip := func() {
		for more := true; more; k++ {
			if k >= len(l.tables) {
				l.bad = true
				return
			}
			l.keptTables[k] = true
			more = l.tables[k]&0x80 != 0
		}
	}
	for first := true; !l.bad; first = false {
		if k < len(l.tables) && l.tables[k] == 0 && !first {
			l.keptTables[k] = true
			return
		}
		skip()
		skip()
	}
}
