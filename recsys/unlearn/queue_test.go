package unlearn

import (
	"fmt"
	"strings"
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a queue of a few requests of every kind, some of them twice or inside another.
func asked(t *testing.T, d *data.Dataset) []*data.ForgetSet {
	t.Helper()
	p := d.Train.Pairs()[40]
	q := d.Train.Pairs()[900]
	lines := []string{
		"user:" + d.UserIDs[p.User], "pair:" + d.UserIDs[p.User] + "/" + d.ItemIDs[p.Item], "item:" + d.ItemIDs[3],
		"pair:" + d.UserIDs[q.User] + "/" + d.ItemIDs[q.Item], "item:" + d.ItemIDs[3], "modality:image@" + d.ItemIDs[5],
		"item:" + d.ItemIDs[8], "modality:image@" + d.ItemIDs[8], "user:" + d.UserIDs[p.User],
	}
	all, err := data.ReadQueue(d, "queue.txt", []byte(strings.Join(lines, "\n")), rng.New(1))
	require.NoError(t, err)
	require.Len(t, all, len(lines))
	return all
}

func TestAQueueIsServedInBatches(t *testing.T) {
	d := trained().data
	all := asked(t, d)
	sets, again := Queue(d, all, 100)
	require.Len(t, sets, 4)
	assert.Equal(t, 4, again, "the user and the item again, a pair of the user, content of an item that goes")
	for k, kind := range []data.Kind{data.ForgetUsers, data.ForgetItems, data.ForgetModality, data.ForgetPairs} {
		assert.Equal(t, kind, sets[k].Kind)
	}
	assert.Equal(t, []int32{3, 8}, sets[1].Items)
	assert.Equal(t, []int32{5}, sets[2].Items)
	assert.Len(t, sets[3].Pairs, 1)

	s := rng.New(3).Stream()
	for range 20 { // whatever the order within a batch
		shuffled := make([]*data.ForgetSet, len(all))
		for to, from := range s.Perm(len(all)) {
			shuffled[to] = all[from]
		}
		same, n := Queue(d, shuffled, 100)
		assert.Equal(t, sets, same)
		assert.Equal(t, again, n)
	}
	twice, n := Queue(d, append(append([]*data.ForgetSet{}, all...), all...), 9) // the second batch has nothing to do
	assert.Equal(t, sets, twice)
	assert.Equal(t, again+len(all), n)

	_, err := data.ReadQueue(d, "queue.txt", []byte("user:u1\nuser:nobody"), rng.New(1))
	assert.ErrorContains(t, err, "queue.txt, line 2")
	_, err = data.ReadQueue(d, "queue.txt", nil, rng.New(1))
	assert.ErrorContains(t, err, "holds no request")
}

func TestAQueueEndsWhereItsRequestsLeadInAnyOrder(t *testing.T) {
	task := trained().task(t, "pairs:1%")
	end := func(sets []*data.ForgetSet) (p *dense.Params, d *data.Dataset) {
		require.NoError(t, Sequence(task, lethe{}, sets, func(_ int, now *dense.Params, left *data.Dataset) error {
			p, d = now, left
			return nil
		}))
		return p, d
	}
	all := asked(t, task.Data)
	sets, _ := Queue(task.Data, all, 100)
	p, left := end(sets)
	back := make([]*data.ForgetSet, len(all))
	for k, f := range all {
		back[len(all)-1-k] = f
	}
	sets, _ = Queue(task.Data, back, 100)
	q, same := end(sets)
	assert.Equal(t, p.SHA256(), q.SHA256())
	assert.Equal(t, left.SHA256(), same.SHA256())
	assert.NotEqual(t, task.Before.SHA256(), p.SHA256(), "the negative control: nothing was done")
	assert.False(t, left.Modality("image").Has[5])
	assert.Empty(t, left.ItemIDs[3])
}

// Thousands of requests, many of them repeated, become a few sets.
func TestThousandsOfRequests(t *testing.T) {
	d := trained().data
	var lines []string
	for k, p := range d.Train.Pairs() {
		if k < 3000 {
			lines = append(lines, fmt.Sprintf("pair:%s/%s", d.UserIDs[p.User], d.ItemIDs[p.Item]), "user:"+d.UserIDs[p.User%5])
		}
	}
	all, err := data.ReadQueue(d, "queue.txt", []byte(strings.Join(lines, "\n")), rng.New(1))
	require.NoError(t, err)
	sets, again := Queue(d, all, 1000)
	assert.Len(t, sets, 7, "six of interactions, one of users")
	gone := len(sets[0].Users)
	for _, s := range sets {
		gone += len(s.Pairs)
	}
	assert.Equal(t, len(all), gone+again)
}
