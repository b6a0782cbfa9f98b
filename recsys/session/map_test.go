package session

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// xy reads a map's body.
func xy(body []byte) []float64 {
	v := make([]float64, len(body)/4)
	for i := range v {
		v[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(body[4*i:])))
	}
	return v
}

func TestMap(t *testing.T) {
	run := func() ([]api.Mapped, [][]byte, *Session) {
		l := newLine(t, 6)
		l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
		l.send(2, api.OpTrain, training(3), nil)
		l.send(3, api.OpMap, struct{}{}, nil)
		l.send(4, api.OpUnlearn, api.Unlearn{Method: "retrain", Request: "item:i3"}, nil)
		l.send(5, api.OpMap, struct{}{}, nil)
		l.send(6, api.OpCancel, api.Cancel{Job: 99}, nil)
		s := l.session()
		require.NoError(t, s.Serve(l))
		first, _ := l.answer(3)
		second, _ := l.answer(5)
		return []api.Mapped{result[api.Mapped](l, 3), result[api.Mapped](l, 5)}, [][]byte{first.Body, second.Body}, s
	}
	heads, bodies, s := run()
	items, users := s.Data().Items(), s.Data().Users()
	assert.Equal(t, []api.Slot{api.Before}, heads[0].Slots)
	assert.Equal(t, []api.Slot{api.Before, api.Retrain}, heads[1].Slots)
	for k, h := range heads {
		assert.Equal(t, items, h.Items)
		assert.GreaterOrEqual(t, h.Users, users)
		require.Len(t, bodies[k], 8*len(h.Slots)*(h.Items+h.Users))
	}
	second := xy(bodies[1])
	points := heads[1].Items + heads[1].Users
	gone, there := 0, 0
	for i := range points {
		if math.IsNaN(second[2*(points+i)]) && !math.IsNaN(second[2*i]) {
			gone++
		} else {
			there++
			assert.LessOrEqual(t, math.Hypot(second[2*i], second[2*i+1]), 2.0, "unit vectors around their mean")
		}
	}
	assert.Equal(t, 1, gone, "the forgotten item, and it alone, has no place")
	assert.Greater(t, there, 10)
	_, again, _ := run()
	assert.Equal(t, bodies, again, "the same model has the same map")
}
