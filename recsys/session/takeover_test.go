package session

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// What a second session trained again from a backup, the first takes over as if it had done so itself.
func TestRetrainOfAnotherSession(t *testing.T) {
	for _, request := range []string{"visitor", "creator:creator 1", "modality:image@print-i3", "user:person-u3"} {
		t.Run(request, func(t *testing.T) {
			_, alone := filled(t, 2, 4, 9)
			_, first := filled(t, 2, 4, 9)
			require.NoError(t, alone.Like([]int{2, 4}))
			require.NoError(t, first.Like([]int{2, 4})) // not the clicks it was trained on
			c := api.Unlearn{Method: "retrain", Request: request, Seed: 3}
			want, err := alone.Unlearn(c, nil)
			require.NoError(t, err)

			b, err := first.Backup()
			require.NoError(t, err)
			second := newLine(t, 0).session()
			_, err = second.Adopt(b, nil)
			require.NoError(t, err)
			row, err := second.Unlearn(c, nil)
			require.NoError(t, err)
			file, err := second.Export(api.Export{Slot: api.Retrain})
			require.NoError(t, err)
			over := c
			over.Row, over.File = &row, file
			got, err := first.Unlearn(over, nil)
			require.NoError(t, err)
			assert.Equal(t, row, got)
			for _, r := range []*api.Row{&want, &got} {
				r.Seconds, r.RetrainSeconds, r.PeakBytes = nil, nil, nil
			}
			assert.Equal(t, want, got, "to the last digit")

			x, err := alone.Compare(api.Compare{User: 3, K: 10}, nil)
			require.NoError(t, err)
			y, err := first.Compare(api.Compare{User: 3, K: 10}, nil)
			require.NoError(t, err)
			for slot := range x.Lists {
				assert.Equal(t, x.Lists[slot].Items, y.Lists[slot].Items)
				assert.Equal(t, x.Lists[slot].Scores, y.Lists[slot].Scores)
			}

			other := over
			other.Request = "creator:creator 2"
			before := first.slots[api.Retrain]
			_, err = first.Unlearn(other, nil)
			assert.ErrorContains(t, err, "other data", "the weights of one request are not another's")
			other.File = slices.Clone(file[:len(file)/2])
			_, err = first.Unlearn(other, nil)
			assert.ErrorContains(t, err, "not a model file")
			assert.Same(t, before, first.slots[api.Retrain])
		})
	}
}
