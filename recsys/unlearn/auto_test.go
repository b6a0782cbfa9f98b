package unlearn

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAutoPicksAndSaysWhy(t *testing.T) {
	for _, c := range []struct {
		task *Task
		want string
		why  string
	}{
		{solved(t, "pairs:1%"), "ease", "exact"},
		{trained().task(t, "pairs:5%"), "restart", "another seed"},
		{trained().task(t, "users:5%"), "restart", "another seed"},
		{trained().task(t, "user:u7"), "lethe", "items of deleted users"},
		{trained().task(t, "items:5%"), "restart", "another seed"},
		{trained().task(t, "modality:image@i5"), "lethe", "retain steps"},
		{trained().task(t, "users:60%"), "retrain", "trained anew"},
		{large(t, "lightgcn"), "lethe", "only its user's row"},
	} {
		m, why := Choose(c.task)
		assert.Equal(t, c.want, m.Describe().Name, c.task.Forget.Request)
		assert.Contains(t, why, c.why)
	}
	task := trained().task(t, "users:5%")
	a, _ := run(t, "auto", task)
	b, _ := run(t, "restart", task)
	assert.Equal(t, b.Params.SHA256(), a.Params.SHA256())
	assert.Contains(t, a.Note, "auto chose restart: 5.")
}
