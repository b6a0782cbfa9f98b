package eval

import (
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInversionReadsAFeatureOffTheModel(t *testing.T) {
	const users, items, dim, features = 150, 80, 10, 6
	s := rng.New(1).Stream()
	x := dense.New(items, features)
	for k := range x.Data {
		x.Data[k] = float32(s.Normal())
	}
	var pairs []data.Pair
	for i := range items {
		for _, u := range s.Perm(users)[:8] {
			pairs = append(pairs, data.Pair{User: int32(u), Item: int32(i)})
		}
	}
	d := &data.Dataset{Train: must(users, items, pairs), Modalities: []data.Modality{{Name: "image", Rows: x}}}
	var all []int32
	for i := range items {
		all = append(all, int32(i))
	}
	clean := normalVectors(2, users, items, dim)
	// Item vectors that carry the features linearly, half of their variance; users who
	// carry the sum of their items' features.
	leak := Vectors{clean.Users.Clone(), clean.Items.Clone()}
	for i := range items {
		for c := range features {
			leak.Items.Row(i)[c] += x.Row(i)[c]
		}
	}
	for _, p := range pairs {
		for c := range features {
			leak.Users.Row(int(p.User))[c] += 2 * x.Row(int(p.Item))[c]
		}
	}
	inv, ok := NewInversion(leak, d, "image", all, rng.New(1))
	require.True(t, ok)
	assert.InDelta(t, 0.5, inv.Items.Value, 0.15, "half of the variance")
	assert.Greater(t, inv.CoUsers.Value, 0.3)
	assert.Greater(t, inv.Items.Value, 4*inv.Items.SE)
	none, ok := NewInversion(clean, d, "image", all, rng.New(1))
	require.True(t, ok)
	// Nothing to find: R² is about −(its own fit), never above its error.
	assert.Less(t, none.Items.Value, 2*none.Items.SE+0.02)
	assert.Less(t, none.CoUsers.Value, 2*none.CoUsers.SE+0.02)
	_, ok = NewInversion(leak, d, "image", all[:MinInversion-1], rng.New(1))
	assert.False(t, ok)
	_, ok = NewInversion(leak, d, "text", all, rng.New(1))
	assert.False(t, ok)
}
