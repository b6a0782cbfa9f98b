package session

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/files"
)

// bomb is a zip with one entry that unpacks to size zeros.
func bomb(t testing.TB, name string, size int) []byte {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	sum := crc32.NewIEEE()
	for n := 0; n < size; n += len(zeros) {
		w.Write(zeros)
		sum.Write(zeros)
	}
	require.NoError(t, w.Close())
	le := binary.LittleEndian
	both := []byte{20, 0, 0, 8, 8, 0, 0, 0, 0, 0}
	both = le.AppendUint32(both, sum.Sum32())
	both = le.AppendUint32(both, uint32(packed.Len()))
	both = le.AppendUint32(both, uint32(size))
	both = le.AppendUint16(both, uint16(len(name)))
	both = append(both, 0, 0)
	var b bytes.Buffer
	b.WriteString("PK\x03\x04")
	b.Write(both)
	b.WriteString(name)
	b.Write(packed.Bytes())
	at := b.Len()
	b.WriteString("PK\x01\x02\x14\x00")
	b.Write(both)
	b.Write(make([]byte, 10))
	b.Write(le.AppendUint32(nil, 0))
	b.WriteString(name)
	n := b.Len() - at
	b.WriteString("PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00")
	b.Write(le.AppendUint32(nil, uint32(n)))
	b.Write(le.AppendUint32(nil, uint32(at)))
	b.Write([]byte{0, 0})
	return b.Bytes()
}

func zipOf(t testing.TB, entries ...api.File) []byte {
	var b bytes.Buffer
	require.NoError(t, files.StoreZip(&b, entries))
	return b.Bytes()
}

func TestHostileBackups(t *testing.T) {
	_, s := filled(t)
	theta := s.slots[api.Before].params.SHA256()
	good, err := s.Backup()
	require.NoError(t, err)
	deep := strings.Repeat("[", 1<<20)
	for name, b := range map[string][]byte{
		"nothing": nil, "no zip": []byte("PK"), "cut": good[:len(good)/2], "empty": zipOf(t),
		"bomb":             bomb(t, "meta", 1<<28),
		"no meta":          zipOf(t, api.File{Name: "data", Data: []byte("x")}),
		"unknown part":     zipOf(t, api.File{Name: "meta", Data: []byte(`{"version":1}`)}, api.File{Name: "evil", Data: []byte("x")}),
		"newer":            zipOf(t, api.File{Name: "meta", Data: []byte(`{"version":99}`)}),
		"deep":             zipOf(t, api.File{Name: "meta", Data: []byte(`{"version":1,"likes":` + deep)}),
		"prototype":        zipOf(t, api.File{Name: "meta", Data: []byte(`{"version":1,"__proto__":{"version":2}}`)}),
		"data that lie":    zipOf(t, api.File{Name: "meta", Data: []byte(`{"version":1}`)}, api.File{Name: "data", Data: bytes.Repeat([]byte{0xff}, 64)}),
		"a path out of it": zipOf(t, api.File{Name: "../../meta", Data: []byte(`{"version":1}`)}),
	} {
		_, err := s.Adopt(b, nil)
		require.Error(t, err, name)
		assert.NotEmpty(t, Failure(err).Message, name)
	}
	assert.Equal(t, theta, s.slots[api.Before].params.SHA256(), "what was open is open")
	_, err = s.Adopt(good, nil)
	require.NoError(t, err)
}

// What is exported is no spreadsheet: identifiers that look like formulas stand in JSON only.
func TestBackupHoldsNoSpreadsheet(t *testing.T) {
	_, s := filled(t)
	b, err := s.Backup()
	require.NoError(t, err)
	list, err := files.ReadZip(b, 100)
	require.NoError(t, err)
	for _, z := range list {
		assert.NotContains(t, z.Name, ".csv")
		content, err := z.Content()
		require.NoError(t, err)
		assert.True(t, content[0] == '{' || len(content) > 8 && content[8] == '{', "%s is JSON, or safetensors", z.Name)
	}
}

// A backup takes neither open requests nor a key along, and none from somebody else's.
func TestBackupsCarryNoRequests(t *testing.T) {
	_, s := filled(t)
	state, err := s.state()
	require.NoError(t, err)
	state.Intents = []erase.Intent{{ID: "forged", Request: "user:person-u7", Method: "lethe", Salt: strings.Repeat("0", 64)}}
	state.Signer = bytes.Repeat([]byte{1}, 32)
	parts, err := state.Encode()
	require.NoError(t, err)
	var entries []api.File
	for _, p := range parts {
		entries = append(entries, api.File(p))
	}
	_, err = s.Adopt(zipOf(t, entries...), nil)
	require.NoError(t, err)
	assert.False(t, s.vault.Busy())
	assert.NotEqual(t, bytes.Repeat([]byte{1}, 32), s.vault.State().Signer)
}

func FuzzAdopt(f *testing.F) {
	_, s := filled(f)
	b, err := s.Backup()
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := newLine(nil, 0).session().Adopt(b, nil); err != nil {
			require.NotEmpty(t, Failure(err).Message)
		}
	})
}

// The file of what remains opens like any other data.
func TestRemainingDataOpen(t *testing.T) {
	s := opened(t)
	_, err := s.Unlearn(api.Unlearn{Method: "retrain", Request: "user:u7"}, nil)
	require.NoError(t, err)
	b, err := s.Retained(api.Retrain)
	require.NoError(t, err)
	fsys, err := dropped(api.PackFiles([]api.File{{Name: "rest", Data: b}}))
	require.NoError(t, err)
	want := s.slots[api.Retrain].bound.SHA256()
	_, err = s.Open(api.Open{}, fsys, data.Options{}, nil)
	require.NoError(t, err)
	assert.Equal(t, want, s.base.SHA256())
}
