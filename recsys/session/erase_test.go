package session

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/receipt"
	_ "lethe/recsys/sign/standard" // Ed25519
)

// kept is a session over a disk.
func kept(t testing.TB, d *erasetest.Disk) (*Session, api.Restored, error) {
	s := newLine(nil, 0).session()
	v, err := erase.OpenVault(erasetest.Outside(d))
	if err != nil {
		return nil, api.Restored{}, err
	}
	r, err := s.Use(v, nil)
	return s, r, err
}

// people are the two tastes under identifiers that no random bytes spell.
func people() *data.Dataset {
	d := tastes()
	d.Name = "people"
	for u := range d.UserIDs {
		d.UserIDs[u] = "person-" + d.UserIDs[u]
	}
	for i := range d.ItemIDs {
		d.ItemIDs[i] = "print-" + d.ItemIDs[i]
	}
	return d
}

// filled is a disk on which the two tastes and a model are kept.
func filled(t testing.TB, likes ...int) (*erasetest.Disk, *Session) {
	d := &erasetest.Disk{}
	s, r, err := kept(t, d)
	require.NoError(t, err)
	require.Nil(t, r.Opened)
	_, err = s.OpenDataset(people())
	require.NoError(t, err)
	require.NoError(t, s.Like(likes))
	_, err = s.Train(training(30), nil)
	require.NoError(t, err)
	return d, s
}

// holdsName tells whether the identifier of a user or item is in a text, by itself.
func holdsName(text []byte, id string) bool {
	for rest := text; ; {
		at := bytes.Index(rest, []byte(id))
		if at < 0 {
			return false
		}
		rest = rest[at+len(id):]
		if len(rest) == 0 || rest[0] < '0' || rest[0] > '9' {
			return true
		}
	}
}

func TestWhatWasTrainedIsThereAgain(t *testing.T) {
	d, s := filled(t, 2, 4, 8)
	want := recommend(t, s, api.Before, -1)
	again, r, err := kept(t, d)
	require.NoError(t, err)
	require.NotNil(t, r.Opened)
	assert.Equal(t, "people", r.Opened.Name)
	assert.Equal(t, []int{2, 4, 8}, r.Opened.Likes)
	require.NotNil(t, r.Opened.Trained)
	assert.Equal(t, s.slots[api.Before].params.SHA256(), r.Opened.Trained.ThetaSHA256)
	assert.Equal(t, want, recommend(t, again, api.Before, -1))
}

func TestErasureOfEveryKind(t *testing.T) {
	for k, c := range []struct{ request, method, name string }{
		{"user:person-u7", "lethe", "person-u7"}, {"item:print-i9", "lethe", "print-i9"}, {"pair:person-u3/print-i19", "lethe", ""}, {"visitor", "lethe", ""},
		{"visitor:4.8", "lethe", ""},
		{"creator:creator 2", "retrain", "creator 2"}, {"user:person-u7", "retrain", "person-u7"},
	} {
		if seldom > 1 && k%2 == 1 {
			continue
		}
		t.Run(c.request+" "+c.method, func(t *testing.T) {
			d, s := filled(t, 2, 4, 8)
			old := s.slots[api.Before]
			if c.name != "" {
				require.True(t, holdsName(erasetest.Plaintext(d.Blobs()), c.name), "the search must be able to find it")
			}
			require.True(t, bytes.Contains(erasetest.Plaintext(d.Blobs()), []byte(old.params.SHA256())))
			e, err := s.Erase(api.Erase{Method: c.method, Request: c.request}, nil)
			require.NoError(t, err)
			list, err := receipt.Decode([]byte(e.Receipts))
			require.NoError(t, err)
			require.NoError(t, receipt.VerifyChain(list))
			require.Len(t, list, 1)
			require.NotNil(t, list[0].Opening)
			assert.Equal(t, c.request, list[0].Opening.Request)
			assert.Equal(t, old.params.SHA256(), list[0].Opening.ThetaBefore)
			assert.Equal(t, c.method != "retrain", e.Exact)

			clean := func(s *Session) {
				text := erasetest.Plaintext(d.Blobs())
				assert.False(t, bytes.Contains(text, []byte(old.params.SHA256())), "the old model's hash")
				if c.request != "visitor" { // the model file has a field of that name
					assert.False(t, bytes.Contains(text, []byte(c.request)), "the request")
				}
				assert.True(t, bytes.Contains(text, []byte("person-u20")), "others are still there")
				if c.name != "" {
					assert.False(t, holdsName(text, c.name))
					assert.NotContains(t, s.base.UserIDs, c.name)
					assert.NotContains(t, s.base.ItemIDs, c.name)
				}
			}
			clean(s)
			again, r, err := kept(t, d)
			require.NoError(t, err)
			clean(again)
			assert.Equal(t, list[0].Receipt.Theta, r.Opened.Trained.ThetaSHA256)
			assert.Equal(t, 1, r.Receipts)
			assert.Equal(t, e.Exact, r.Exact)
			if c.request == "visitor" {
				assert.Empty(t, r.Opened.Likes)
			} else if c.request == "visitor:4.8" {
				assert.Equal(t, []int{2}, r.Opened.Likes)
			} else if c.request[:4] == "user" {
				assert.Len(t, r.Opened.Likes, 3)
			}
			if e.Exact {
				e, err = again.Exact(nil)
				require.NoError(t, err)
				assert.Equal(t, receipt.Exact, e.Tier)
				assert.False(t, e.Exact)
				clean(again)
			}
			// Exact is what training the remaining data gives.
			fresh := newLine(nil, 0).session()
			_, err = fresh.OpenDataset(again.base)
			require.NoError(t, err)
			var likes []int
			for _, i := range again.slots[api.Before].bound.Train.Row(40) {
				likes = append(likes, int(i))
			}
			require.NoError(t, fresh.Like(likes))
			trained, err := fresh.Train(training(30), nil)
			require.NoError(t, err)
			assert.Equal(t, trained.ThetaSHA256, again.slots[api.Before].params.SHA256())
		})
	}
}

func TestControlsAreNotForErasing(t *testing.T) {
	_, s := filled(t)
	_, err := s.Erase(api.Erase{Method: "mask-only", Request: "user:person-u7"}, nil)
	assert.Equal(t, api.CodeUnsupported, code(t, err))
	_, err = s.Erase(api.Erase{Method: "lethe", Request: "user:nobody"}, nil)
	assert.Equal(t, api.CodeBadInput, code(t, err))
	assert.False(t, s.vault.Busy())
}

// What was erased stays away: from the same data opened again, from a backup of before, and
// from a model file of before.
func TestTheErasedDoesNotComeBack(t *testing.T) {
	d, s := filled(t)
	backup, err := s.Backup()
	require.NoError(t, err)
	old, err := s.Export(api.Export{Slot: api.Before})
	require.NoError(t, err)
	for _, request := range []string{"user:person-u7", "item:print-i9", "pair:person-u3/print-i19"} {
		_, err = s.Erase(api.Erase{Method: "lethe", Request: request}, nil)
		require.NoError(t, err)
	}
	files, err := data.WriteCatalog(people(), false)
	require.NoError(t, err)
	var packed []api.File
	for _, f := range files {
		packed = append(packed, api.File(f))
	}
	fsys, err := dropped(api.PackFiles(packed))
	require.NoError(t, err)
	gone := func(s *Session) {
		assert.NotContains(t, s.base.UserIDs, "person-u7")
		assert.NotContains(t, s.base.ItemIDs, "print-i9")
		assert.NotContains(t, s.base.Train.Row(slices.Index(s.base.UserIDs, "person-u3")), int32(19))
	}
	gone(s)
	o, err := s.Open(api.Open{Name: "again"}, fsys, data.Options{}, nil)
	require.NoError(t, err)
	gone(s)
	assert.NotEmpty(t, o.Warnings)
	_, err = s.Import(old)
	assert.Error(t, err)
	r, err := s.Adopt(backup, nil)
	require.NoError(t, err)
	gone(s)
	assert.NotEmpty(t, r.Opened.Warnings)
	assert.Nil(t, r.Opened.Trained, "its model had learned from what was erased")
	again, _, err := kept(t, d)
	require.NoError(t, err)
	gone(again)

	// A backup carries its tombstones to other places.
	backup, err = s.Backup()
	require.NoError(t, err)
	_, other := filled(t)
	_, err = other.Adopt(backup, nil)
	require.NoError(t, err)
	_, err = other.Open(api.Open{Name: "again"}, fsys, data.Options{}, nil)
	require.NoError(t, err)
	gone(other)
}

// seldom is at which of the changes to the disk a test looks: natively at every one, in JavaScript's engines, which take
// many times as long for the same bits, at a part of them.
var seldom = map[bool]int{true: 11, false: 1}[runtime.GOARCH == "wasm"]

// A fault, or the end of the program, at every single change to the disk in the course of an
// erasure: afterwards it is complete, and everybody else is there.
func TestErasureSurvivesFaultsAtEveryWrite(t *testing.T) {
	d, s := filled(t, 2, 4)
	old := s.slots[api.Before].params.SHA256()
	whole := d.Reopened()
	faults := erasetest.Faults
	for _, fault := range faults {
		step := 1
		if testing.Short() && fault != erasetest.Crash {
			step = 5
		}
		step *= seldom
		for at := 1; ; at += step {
			d := whole.Reopened()
			s, _, err := kept(t, d)
			require.NoError(t, err)
			d.At, d.Fault = d.Changes+at, fault
			e, err := s.Erase(api.Erase{Method: "lethe", Request: "user:person-u7"}, nil)
			if d.Changes < d.At {
				require.NoError(t, err)
				require.Greater(t, at, 10)
				break
			}
			if err != nil {
				assert.NotEmpty(t, Failure(err).Message)
			}
			d = d.Reopened()
			asked := err == nil || s.vault.Busy()
			again, r, err := kept(t, d)
			where := fmt.Sprintf("%s at change %d", fault, at)
			require.NoError(t, err, where)
			require.NotNil(t, r.Opened, where)
			require.Empty(t, r.Problem, where)
			if asked && fault != erasetest.Flip || len(again.vault.State().Receipts) > 0 {
				text := erasetest.Plaintext(d.Blobs())
				require.False(t, holdsName(text, "person-u7"), where)
				require.False(t, bytes.Contains(text, []byte(old)), where)
				require.Len(t, again.vault.State().Receipts, 1, where)
				require.NotContains(t, again.base.UserIDs, "person-u7", where)
				require.False(t, again.vault.Busy())
			}
			for u, id := range people().UserIDs {
				if id != "person-u7" {
					require.Equal(t, id, again.base.UserIDs[u], where)
					require.Equal(t, people().Train.Row(u), again.base.Train.Row(u), where)
				}
			}
			_ = e
		}
	}
}

// A training for the exact tier that is broken off goes on where it was.
func TestExactGoesOn(t *testing.T) {
	d, s := filled(t)
	_, err := s.Erase(api.Erase{Method: "lethe", Request: "user:person-u7"}, nil)
	require.NoError(t, err)
	stop := func(p api.Progress) error {
		if s.vault.State().Training != nil && p.Done > 20 {
			return errCancelled
		}
		s.opt.Now() // time passes
		return nil
	}
	base := s.opt.Now
	s.opt.Now = func() (x time.Time) { // ten times as fast, so that there are checkpoints
		for range 40 {
			x = base()
		}
		return x
	}
	_, err = s.Exact(stop)
	require.Equal(t, api.CodeCancelled, code(t, err))
	require.NotNil(t, s.vault.State().Training)
	again, r, err := kept(t, d)
	require.NoError(t, err)
	require.True(t, r.Exact)
	first := -1
	e, err := again.Exact(func(p api.Progress) error {
		if first < 0 && p.Stage == receipt.Exact {
			first = p.Done
		}
		return nil
	})
	require.NoError(t, err)
	assert.Positive(t, first, "it did not begin anew")
	assert.Equal(t, receipt.Exact, e.Tier)
	list, err := receipt.Decode(mustReceipts(t, again))
	require.NoError(t, err)
	require.NoError(t, receipt.VerifyChain(list))
	require.Len(t, list, 2)
	for _, at := range list {
		assert.Equal(t, list[0].Receipt.ID, at.Receipt.ID)
	}
	v, err := again.Verify(mustReceipts(t, again), nil, api.Verify{Replay: true}, nil)
	require.NoError(t, err)
	assert.True(t, v.Passed, strings.Join(v.Findings, "\n"))
	assert.Contains(t, strings.Join(v.Findings, "\n"), "bit for bit")
}

func mustReceipts(t testing.TB, s *Session) []byte {
	b, err := s.Receipts()
	require.NoError(t, err)
	return b
}

func TestWipe(t *testing.T) {
	d, s := filled(t)
	require.NoError(t, s.Wipe())
	assert.Empty(t, d.Files)
	_, r, err := kept(t, d)
	require.NoError(t, err)
	assert.Nil(t, r.Opened)
}

// The training for the exact tier steps aside for whoever waits, and goes on where it was.
func TestExactStepsAside(t *testing.T) {
	_, s := filled(t)
	_, err := s.Erase(api.Erase{Method: "lethe", Request: "user:person-u7"}, nil)
	require.NoError(t, err)
	epochs := 0
	s.waiting = func() bool { epochs++; return epochs == 5 }
	e, err := s.Exact(nil)
	require.NoError(t, err)
	assert.Empty(t, e.Tier)
	assert.True(t, e.Exact)
	require.NotNil(t, s.resume)
	assert.Equal(t, 5, s.resume.at.Fitted.Epochs)
	recommend(t, s, api.Before, 3)
	e, err = s.Exact(nil)
	require.NoError(t, err)
	assert.Equal(t, receipt.Exact, e.Tier)
	assert.Less(t, epochs, 30, "it did not begin anew")
	v, err := s.Verify(mustReceipts(t, s), nil, api.Verify{Replay: true}, nil)
	require.NoError(t, err)
	assert.True(t, v.Passed, strings.Join(v.Findings, "\n"))
}
