package files

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"lethe/recsys/api"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// part is a file that archive/zip packs.
type part struct {
	name    string
	method  uint16
	content string
}

var parts = []part{
	{"set/", zip.Store, ""},
	{"set/long.csv", zip.Deflate, strings.Repeat("user,item\n", 5000)},
	{"set/stored", zip.Store, "as it is"},
	{"empty", zip.Deflate, ""},
	{"ß.txt", zip.Deflate, "ß"},
}

func zipOf(t testing.TB, comment string, parts ...part) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		f, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: p.method})
		require.NoError(t, err)
		_, err = io.WriteString(f, p.content)
		require.NoError(t, err)
	}
	require.NoError(t, w.SetComment(comment))
	require.NoError(t, w.Close())
	return b.Bytes()
}

func checkParts(t *testing.T, list []Zipped) {
	require.Len(t, list, len(parts))
	for k, p := range parts {
		assert.Equal(t, p.name, list[k].Name)
		assert.EqualValues(t, len(p.content), list[k].Size)
		if strings.HasSuffix(p.name, "/") {
			continue
		}
		b, err := list[k].Content()
		require.NoError(t, err, p.name)
		assert.Equal(t, p.content, string(b))
	}
}

func TestReadsWhatArchiveZipWrites(t *testing.T) {
	program := []byte("MZ, a program that unpacks itself")
	for name, b := range map[string][]byte{
		"plain":                  zipOf(t, "", parts...),
		"with a comment":         zipOf(t, "PK\x05\x06 and more", parts...),
		"with a program before":  append(program[:len(program):len(program)], zipOf(t, "", parts...)...),
		"with ZIP64 at its end":  with64(zipOf(t, "", parts...)),
		"with the longest words": zipOf(t, strings.Repeat("c", math.MaxUint16), parts...),
	} {
		t.Run(name, func(t *testing.T) {
			list, err := ReadZip(b, 10)
			require.NoError(t, err)
			checkParts(t, list)
			list, err = ReadZip(b, 2)
			require.NoError(t, err)
			assert.Len(t, list, 3, "one more than the most")
		})
	}
	list, err := ReadZip(zipOf(t, ""), 10)
	require.NoError(t, err)
	assert.Empty(t, list)
}

// with64 puts ZIP64 records before the end of a zip without comment, and all ones into
// the end and into the first file's sizes and place, as writers do that cannot know.
func with64(b []byte) []byte {
	end := len(b) - endLen
	count, size, start := uint64(le.Uint16(b[end+10:])), uint64(le.Uint32(b[end+12:])), uint64(le.Uint32(b[end+16:]))
	files, directory := b[:start:start], b[start:end]

	extra := le.AppendUint16(nil, 0x5455) // a time, to be passed over
	extra = append(extra, 1, 0, 7)
	extra = le.AppendUint16(extra, 1)
	extra = le.AppendUint16(extra, 24)
	extra = le.AppendUint64(extra, uint64(le.Uint32(directory[24:])))
	extra = le.AppendUint64(extra, uint64(le.Uint32(directory[20:])))
	extra = le.AppendUint64(extra, uint64(le.Uint32(directory[42:])))
	first := directoryLen + int(le.Uint16(directory[28:]))
	head := bytes.Clone(directory[:first])
	for _, field := range []int{20, 24, 42} {
		le.PutUint32(head[field:], math.MaxUint32)
	}
	le.PutUint16(head[30:], uint16(len(extra)))
	out := append(files, head...)
	out = append(append(out, extra...), directory[first+int(le.Uint16(directory[30:])):]...)
	size += uint64(len(extra)) - uint64(le.Uint16(directory[30:]))

	at := uint64(len(out))
	out = append(out, end64Sig...)
	out = append(out, make([]byte, 20)...)
	for _, n := range []uint64{count, count, size, start} {
		out = le.AppendUint64(out, n)
	}
	out = append(out, locatorSig...)
	out = le.AppendUint64(append(out, 0, 0, 0, 0), at)
	out = append(out, 1, 0, 0, 0)
	out = append(out, endSig...)
	out = append(out, 0, 0, 0, 0)
	out = append(out, bytes.Repeat([]byte{0xff}, 12)...)
	return append(out, 0, 0)
}

func TestArchiveZipReadsWhatIsWritten(t *testing.T) {
	var list []api.File
	for _, p := range parts[1:] {
		list = append(list, api.File{Name: p.name, Data: []byte(p.content)})
	}
	for _, write := range []func(io.Writer, []api.File) error{WriteZip, StoreZip} {
		var b, again bytes.Buffer
		require.NoError(t, write(&b, list))
		require.NoError(t, write(&again, list))
		assert.Equal(t, b.Bytes(), again.Bytes())
		r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		require.NoError(t, err)
		require.Len(t, r.File, len(list))
		for k, f := range r.File {
			assert.Equal(t, list[k].Name, f.Name)
			assert.False(t, f.NonUTF8)
			open, err := f.Open()
			require.NoError(t, err)
			content, err := io.ReadAll(open)
			require.NoError(t, err)
			assert.Equal(t, string(list[k].Data), string(content))
		}
	}
}

func TestDamagedZips(t *testing.T) {
	b := zipOf(t, "", parts...)
	for cut := range len(b) {
		_, err := ReadZip(b[:cut], 10)
		assert.ErrorIs(t, err, errZip)
	}
	// One flipped bit is seen, or changes nothing that is read.
	seen := 0
	for k := range b {
		c := bytes.Clone(b)
		c[k] ^= 4
		list, err := ReadZip(c, 10)
		if err != nil {
			seen++
			continue
		}
		for n, z := range list {
			content, err := z.Content()
			if err != nil || z.Name != parts[n].name {
				seen++
			} else if z.sum != 0 {
				assert.Equal(t, parts[n].content, string(content), "byte %d", k)
			}
		}
	}
	assert.Greater(t, seen, len(b)/4)
}

func TestContentRefuses(t *testing.T) {
	list, err := ReadZip(zipOf(t, "", parts...), 10)
	require.NoError(t, err)
	long := list[1]
	for name, change := range map[string]func(z *Zipped){
		"shorter than claimed":   func(z *Zipped) { z.Size++ },
		"longer than claimed":    func(z *Zipped) { z.Size-- },
		"a claim beyond deflate": func(z *Zipped) { z.Size = 1 << 40 },
		"another checksum":       func(z *Zipped) { z.sum++ },
		"cut short":              func(z *Zipped) { z.packed = z.packed[:len(z.packed)-1] },
		"bzip2":                  func(z *Zipped) { z.method = 12 },
	} {
		z := long
		change(&z)
		_, err := z.Content()
		assert.Error(t, err, name)
	}
	long.sum = 0 // not told
	_, err = long.Content()
	assert.NoError(t, err)
}

func TestMemoryIsAFileSystem(t *testing.T) {
	m := NewMemory()
	require.NoError(t, m.Add("shop/catalog.json", []byte("[]")))
	require.NoError(t, m.Add("shop/prints/1.jpg", []byte{1, 2, 3}))
	require.NoError(t, m.Add("shop/empty", nil))
	assert.NoError(t, fstest.TestFS(m, "shop/catalog.json", "shop/prints/1.jpg", "shop/empty"))
	b, err := fs.ReadFile(m, "shop/prints/1.jpg")
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3}, b)
	for name, want := range map[string]error{"../secret": errNoPath, "": errNoPath, ".": errNoPath,
		"shop": errTwice, "shop/empty": errTwice, "shop/empty/below": errFolder} {
		assert.ErrorIs(t, m.Add(name, nil), want, name)
	}
}

func TestAZipIsAFileSystem(t *testing.T) {
	list, err := ReadZip(zipOf(t, "", append(parts, part{`..\up\`, zip.Store, ""}, part{"/../a\\b", zip.Store, "x"}, part{"./", zip.Store, ""}, part{"caf\xe9", zip.Store, ""})...), 10)
	require.NoError(t, err)
	m := NewMemory()
	for _, z := range list {
		require.NoError(t, m.AddZipped(z), z.Name)
	}
	assert.NoError(t, fstest.TestFS(m, "set/long.csv", "set/stored", "empty", "ß.txt", "a/b", "caf\ufffd"))
	assert.ErrorIs(t, m.AddZipped(list[1]), errTwice)

	list[1].sum++
	damaged := NewMemory()
	require.NoError(t, damaged.AddZipped(list[1]))
	_, err = fs.ReadFile(damaged, "set/long.csv")
	assert.ErrorIs(t, err, errContent)
	_, err = damaged.Open("set/long.csv")
	assert.ErrorIs(t, err, errContent)
}

// Hostile zips end in an error or in what archive/zip reads too.
func FuzzReadZip(f *testing.F) {
	f.Add(zipOf(f, "c", parts...))
	f.Add(with64(zipOf(f, "", parts...)))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := ReadZip(b, 100)
		r, other := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil || other != nil || len(list) > 100 {
			return
		}
		require.Equal(t, len(r.File), len(list))
		for k, z := range list {
			require.Equal(t, r.File[k].Name, z.Name)
			require.Equal(t, r.File[k].UncompressedSize64, z.Size)
			if z.Size > 1<<20 || strings.HasSuffix(z.Name, "/") {
				continue
			}
			content, err := z.Content()
			open, other := r.File[k].Open()
			if err != nil || other != nil {
				continue
			}
			if want, other := io.ReadAll(open); other == nil {
				require.Equal(t, want, content)
			}
		}
	})
}
