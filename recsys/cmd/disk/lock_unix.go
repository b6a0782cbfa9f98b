//go:build unix

package disk

import (
	"os"
	"syscall"
)

// exclusive takes the lock, which ends with the program.
func exclusive(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
