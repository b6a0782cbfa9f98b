package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
)

// profileFlags write profiles for go tool pprof.
type profileFlags struct{ cpu, memory *string }

func (f flagSet) profile() profileFlags {
	return profileFlags{
		cpu:    f.String("cpuprofile", "", "write a CPU profile to this `file`"),
		memory: f.String("memprofile", "", "write an allocation profile to this `file`"),
	}
}

// start begins profiling; the function it returns ends it and writes the files.
func (p profileFlags) start() (stop func() error, err error) {
	var cpu *os.File
	if *p.cpu != "" {
		if cpu, err = os.Create(*p.cpu); err != nil {
			return nil, err
		}
		if err := pprof.StartCPUProfile(cpu); err != nil {
			return nil, err
		}
	}
	return func() error {
		var first error
		if cpu != nil {
			pprof.StopCPUProfile()
			first = cpu.Close()
		}
		if *p.memory == "" {
			return first
		}
		f, err := os.Create(*p.memory)
		if err != nil {
			return errors.Join(first, err)
		}
		runtime.GC()
		return errors.Join(first, pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
	}, nil
}
