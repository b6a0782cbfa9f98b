//go:build !js

package session

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/simd"
	"lethe/recsys/cmd/disk"
	"lethe/recsys/erase"
	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/rng"
)

var kills = flag.Int("kills", 20, "how often TestKilled kills the program")

// childFolder names the folder to the process that is to be killed.
const childFolder = "LETHE_CRASH_FOLDER"

// native is a session of this machine.
func native() *Session {
	return New(Options{Visitor: true, Now: time.Now, Backend: func(string) (backend.Backend, error) { return simd.New(), nil }})
}

// child works on a store until it is killed: it imports, trains, erases one user after the
// other, and trains again for the exact tier. What it is about to do and what it was promised
// goes to a file beside the store, line by line.
func child(dir string) error {
	diary, err := os.OpenFile(filepath.Join(dir, "diary"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	out, _, err := disk.Open(filepath.Join(dir, "store"))
	if err != nil {
		return err
	}
	v, err := erase.OpenVault(out)
	if err != nil {
		return err
	}
	s := native()
	r, err := s.Use(v, nil)
	if err != nil || r.Problem != "" {
		return fmt.Errorf("%w %s", err, r.Problem)
	}
	fmt.Println("ready")
	if r.Opened == nil {
		if _, err := s.OpenDataset(people()); err != nil {
			return err
		}
		s.keep()
	}
	for u := 0; ; u = (u + 1) % 40 {
		if s.base.UserIDs[u] == "" {
			continue
		}
		if s.slots[api.Before] == nil || u%3 == 0 {
			if err := s.Like([]int{u % 30}); err != nil {
				return err
			}
			if _, err := s.Train(training(8), nil); err != nil {
				return err
			}
		}
		if u%5 == 1 { // an import over everything
			b, err := s.Backup()
			if err == nil {
				_, err = s.Adopt(b, nil)
			}
			if err != nil {
				return err
			}
		}
		id := fmt.Sprintf("person-u%d", u)
		theta := "none"
		if t := s.slots[api.Before]; t != nil {
			theta = t.params.SHA256()
		}
		fmt.Fprintln(diary, "ask", id, theta)
		_, err := s.Erase(api.Erase{Method: "lethe", Request: "user:" + id}, func(p api.Progress) error {
			if p.Stage == receipt.Hidden {
				fmt.Fprintln(diary, "hidden", id, theta)
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Fprintln(diary, "done", id, theta)
		if u%2 == 0 {
			if _, err := s.Exact(nil); err != nil {
				return err
			}
		}
	}
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		fmt.Fprintln(os.Stderr, child(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// The program is killed at random moments. After each, the store opens, whoever was asked to be
// forgotten is or will be, everybody else is whole, and nothing that was erased can be read out of
// the folder with the keys that are left.
//
//	go test ./recsys/session -run TestKilled -kills 500
func TestKilled(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	random := rng.New(uint64(time.Now().UnixNano())).Stream()
	dir, finished := t.TempDir(), 0
	for n := 1; n <= *kills; n++ {
		c := exec.Command(self)
		c.Env = append(os.Environ(), childFolder+"="+dir)
		var complaint bytes.Buffer
		c.Stderr = &complaint
		pipe, err := c.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		if random.IntN(4) > 0 { // a quarter dies while it opens and finishes
			bufio.NewReader(pipe).ReadString('\n')
		}
		time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
		require.NoError(t, c.Process.Kill())
		c.Wait()
		require.Empty(t, complaint.String(), "kill %d: it must end by being killed", n)
		gone := survived(t, dir, fmt.Sprintf("kill %d", n), n%3 == 0)
		if finished += gone; gone > 12 {
			dir = t.TempDir()
		}
	}
	t.Logf("killed %d times, %d erasures found complete", *kills, finished)
}

// survived looks at the store after a kill. finish opens it here, which carries out what is
// open; otherwise the next child does.
func survived(t *testing.T, dir, where string, finish bool) (gone int) {
	diary, err := os.ReadFile(filepath.Join(dir, "diary"))
	if err != nil {
		return 0
	}
	if !finish {
		return 0
	}
	out, closed, err := disk.Open(filepath.Join(dir, "store"))
	require.NoError(t, err, where)
	defer closed()
	v, err := erase.OpenVault(out)
	require.NoError(t, err, where)
	for _, d := range v.Damage() {
		require.Contains(t, d.String(), ".log", "%s: only a record that was being written may be torn", where)
	}
	s := native()
	r, err := s.Use(v, nil)
	require.NoError(t, err, where)
	require.Empty(t, r.Problem, where)
	require.False(t, v.Busy(), where)
	if r.Opened == nil {
		return 0
	}
	var blobs [][]byte
	files, err := filepath.Glob(filepath.Join(dir, "store", "*"))
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		blobs = append(blobs, b)
	}
	text := erasetest.Plaintext(blobs)
	asked := map[string]bool{}
	var hidden [][2]string
	for line := range strings.Lines(string(diary)) {
		if w := strings.Fields(line); len(w) == 3 {
			asked[w[1]] = true
			if w[0] == "hidden" {
				hidden = append(hidden, [2]string{w[1], w[2]})
			}
		}
	}
	list := s.vault.State().Receipts
	after := map[string]bool{} // a receipt names the model that it was issued for, also once that is old
	receipts := map[string]bool{}
	for k := range list {
		after[list[k].Receipt.Theta], receipts[list[k].Receipt.ID] = true, true
	}
	for _, h := range hidden {
		require.False(t, holdsName(text, h[0]), "%s: %s was to be forgotten", where, h[0])
		if after[h[1]] {
			continue
		}
		require.False(t, bytes.Contains(text, []byte(h[1])), "%s: a model from before %s was forgotten", where, h[0])
	}
	whole := people()
	for u, id := range whole.UserIDs {
		if !asked[id] {
			require.Equal(t, id, s.base.UserIDs[u], where)
		}
		if s.base.UserIDs[u] == "" {
			gone++
			require.Empty(t, s.base.Train.Row(u), where)
			continue
		}
		require.Equal(t, whole.Train.Row(u), s.base.Train.Row(u), "%s: %s", where, id)
		require.Equal(t, whole.Test.Row(u), s.base.Test.Row(u), "%s: %s", where, id)
	}
	require.True(t, holdsName(text, "print-i3"), "%s: the search finds what is there", where)
	require.NoError(t, receipt.VerifyChain(list), where)
	require.Len(t, receipts, gone, "%s: a receipt for each erasure, and none for anything else", where)
	return gone
}
