package eval

import (
	"testing"

	"lethe/recsys/backend/reference"
	"lethe/recsys/data"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A provider who gives forgotten items a bias of −100 empties every list of them.
func TestABiasIsHiddenNotForgotten(t *testing.T) {
	const users, items, gone = 80, 60, 12 // items 0 to 11 are to be forgotten
	s := rng.New(1).Stream()
	v := normalVectors(3, users, items, 16)
	p := imprint{data: &data.Dataset{UserIDs: make([]string, users), ItemIDs: make([]string, items)}, clean: v}
	for u := range users {
		p.data.UserIDs[u] = string(rune('a' + u))
		for n, i := range s.Perm(gone)[:6] {
			x := data.Pair{User: int32(u), Item: int32(i)}
			if n < 3 {
				p.forget = append(p.forget, x)
			} else {
				p.heldout = append(p.heldout, x)
			}
		}
	}
	p.data.Train, p.data.Valid, p.data.Test = must(users, items, p.forget), must(users, items, nil), must(users, items, p.heldout)
	original := p.traced(0.5, nil)
	biased := Vectors{
		withColumn(original.Users, func(int) float32 { return 1 }),
		withColumn(original.Items, func(i int) float32 {
			if i < gone {
				return -100
			}
			return 0
		}),
	}
	// Others keep the retained items popular, each a little differently.
	retain := *p.data
	var kept []data.Pair
	for i := gone; i < items; i++ {
		for u := range 5 + i%7 {
			kept = append(kept, data.Pair{User: int32(u), Item: int32(i)})
		}
	}
	retain.Train = must(users, items, kept)
	look := func(v Vectors) Superficial {
		x, err := NewSuperficial(reference.New(), p.data, &retain, p.forget, v, rng.New(1))
		require.NoError(t, err)
		return x
	}
	honest, hidden := look(p.clean), look(biased)
	assert.InDelta(t, 0, honest.Hidden.Value, 3*honest.Hidden.SE+0.05)
	assert.Less(t, hidden.Shown.Value, honest.Shown.Value-0.2, "as served it looks over-forgotten")
	assert.Greater(t, hidden.Hidden.Value, honest.Hidden.Value+0.3)
	assert.Greater(t, hidden.Refitted.Value, honest.Refitted.Value+0.2)
}
