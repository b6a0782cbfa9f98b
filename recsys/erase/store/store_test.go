package store_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/store"
)

func open(t testing.TB, d store.Disk) *store.Store {
	s, err := store.Open(erasetest.Outside(d))
	require.NoError(t, err)
	return s
}

func parts(text string) []store.Part {
	return []store.Part{{Name: "a", Data: []byte(text)}, {Name: "none", Data: []byte{}}, {Name: "b", Data: bytes.Repeat([]byte(text), 3)}}
}

func TestWhatIsKeptComesBack(t *testing.T) {
	d := &erasetest.Disk{}
	s := open(t, d)
	assert.True(t, s.Empty())
	assert.Error(t, s.Append([]byte("too early")))
	big := []store.Part{{Name: "big", Data: bytes.Repeat([]byte("0123456789abcdef"), 600_000)}} // three chunks
	require.NoError(t, s.Save(big))
	require.NoError(t, s.Append([]byte("one")))
	require.NoError(t, s.Append([]byte("two\nlines")))
	s = open(t, d)
	assert.Equal(t, big, s.Parts())
	assert.Equal(t, [][]byte{[]byte("one"), []byte("two\nlines")}, s.Records())
	assert.Empty(t, s.Damage())
	for name, b := range d.Files {
		assert.NotContains(t, string(b), "0123456789", name)
	}
	require.NoError(t, s.Save(parts("x")))
	require.NoError(t, s.Save(parts("y")))
	s = open(t, d)
	assert.Equal(t, parts("y"), s.Parts())
	assert.Len(t, d.Files, 6, "two generations without logs")
	require.NoError(t, s.Purge(1))
	assert.Len(t, d.Files, 3)
}

// Every byte of every file of the newest generation, changed or cut off: the last good
// generation is used and the bad place named.
func TestDamageIsNamedAndSurvived(t *testing.T) {
	d := &erasetest.Disk{}
	s := open(t, d)
	require.NoError(t, s.Save(parts("before")))
	require.NoError(t, s.Save(parts("after")))
	require.NoError(t, s.Append([]byte("asked")))
	newest := fmt.Sprintf("%08d.", s.Generation())
	for name, b := range d.Files {
		if !strings.HasPrefix(name, newest) {
			continue
		}
		for at := range b {
			for _, cut := range []bool{false, true} {
				c := d.Reopened()
				if cut {
					c.Files[name] = b[:at]
				} else {
					c.Files[name] = slices.Clone(b)
					c.Files[name][at] ^= 1 << (at % 8)
				}
				s := open(t, c)
				require.False(t, s.Empty(), "%s %d", name, at)
				got := s.Parts()
				if strings.HasSuffix(name, ".log") || strings.HasSuffix(name, ".ok") && !cut {
					require.Equal(t, parts("after"), got)
				} else {
					require.Equal(t, parts("before"), got, "%s %d %v", name, at, cut)
				}
				require.Equal(t, [][]byte{[]byte("asked")}, s.Records(), "a record is in the logs of both")
				if !(strings.HasSuffix(name, ".log") && (at <= 1 && cut || at == 0 || at >= len(b)-1)) { // line ends do not count
					require.NotEmpty(t, s.Damage(), "%s %d %v", name, at, cut)
					require.Equal(t, name, s.Damage()[0].File)
				}
				require.NoError(t, s.Save(parts("next")))
				require.NoError(t, s.Save(parts("next")))
				require.Empty(t, open(t, c).Damage(), "what was damaged is gone")
			}
		}
	}
}

// A fault at every single change: the writer is told, and after a restart the store holds
// either what it held or what was to be kept, whole.
func TestFaultsAtEveryWrite(t *testing.T) {
	for _, fault := range erasetest.Faults {
		t.Run(string(fault), func(t *testing.T) {
			struck := 0
			for at := 1; ; at++ {
				d := &erasetest.Disk{}
				s := open(t, d)
				require.NoError(t, s.Save(parts("one")))
				require.NoError(t, s.Save(parts("two")))
				d.At, d.Fault = d.Changes+at, fault
				first := s.Append([]byte("asked"))
				second := s.Save(parts("three"))
				if d.Changes < d.At {
					break
				}
				struck++
				if fault != erasetest.Flip {
					err := first
					if err == nil {
						err = second
					}
					require.Error(t, err)
					if fault == erasetest.Quota {
						require.ErrorIs(t, err, erasetest.ErrQuota)
					}
				}
				again := open(t, d.Reopened())
				want := parts("two")
				if bytes.Equal(again.Parts()[0].Data, []byte("three")) {
					want = parts("three")
				}
				require.Equal(t, want, again.Parts(), "change %d", at)
				if first == nil && want[0].Data[1] == 'w' {
					require.Equal(t, [][]byte{[]byte("asked")}, again.Records())
				}
				if second == nil && fault != erasetest.Flip {
					require.Equal(t, parts("three"), again.Parts())
				}
				require.NoError(t, again.Save(parts("four")))
				require.Equal(t, parts("four"), again.Parts())
			}
			assert.Greater(t, struck, 8)
		})
	}
}

// After a purge, no key that is left opens what was there before.
func TestPurgeMakesOldBytesUseless(t *testing.T) {
	d := &erasetest.Disk{}
	s := open(t, d)
	require.NoError(t, s.Save(parts("secret")))
	require.NoError(t, s.Append([]byte("forget secret")))
	old := maps.Clone(d.Files)
	require.NoError(t, s.Save(parts("rest")))
	require.NoError(t, s.Purge(1))
	for name, b := range old { // as if the bytes had stayed on the disk, but for the key
		if !strings.HasSuffix(name, ".key") {
			d.Files[name] = b
		}
	}
	s = open(t, d)
	assert.Equal(t, parts("rest"), s.Parts())
	assert.Empty(t, s.Records())
}

func TestNewerVersionIsLeftAlone(t *testing.T) {
	d := &erasetest.Disk{}
	require.NoError(t, open(t, d).Save(parts("x")))
	newer, err := store.Rewritten(d.Files["00000001.key"], store.Version+1)
	require.NoError(t, err)
	d.Files["00000001.key"] = newer
	before := d.Reopened()
	_, err = store.Open(erasetest.Outside(d))
	require.ErrorIs(t, err, store.ErrNewer)
	assert.Equal(t, before.Files, d.Files)
}

// FuzzOpen feeds arbitrary bytes as files. Memory stays within a few times the input.
func FuzzOpen(f *testing.F) {
	d := &erasetest.Disk{}
	s := open(f, d)
	require.NoError(f, s.Save(parts("x")))
	require.NoError(f, s.Append([]byte("r")))
	f.Add(d.Files["00000001.key"], d.Files["00000001.gen"], d.Files["00000001.ok"], d.Files["00000001.log"])
	f.Fuzz(func(t *testing.T, key, gen, ok, log []byte) {
		d := &erasetest.Disk{Files: map[string][]byte{"00000001.key": key, "00000001.gen": gen, "00000001.ok": ok, "00000001.log": log}}
		s, err := store.Open(erasetest.Outside(d))
		if err != nil {
			return
		}
		size := 0
		for _, p := range s.Parts() {
			size += len(p.Data)
		}
		require.LessOrEqual(t, size, len(gen))
	})
}
