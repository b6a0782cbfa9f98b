package ease

import (
	"fmt"
	"testing"
	"time"

	"lethe/recsys/data"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/require"
)

// scattered is users who take six items each, as on average in the Baby data, a low
// number more often than a high one.
func scattered(users, items int) *data.Interactions {
	s := rng.New(1).Stream()
	x := &data.Interactions{Users: users, Items: items, Ptr: []int32{0}}
	for range users {
		mark := map[int32]bool{}
		for len(mark) < 6 {
			r := s.Float64()
			mark[int32(r*r*float64(items))] = true
		}
		for i := range int32(items) {
			if mark[i] {
				x.Item = append(x.Item, i)
			}
		}
		x.Ptr = append(x.Ptr, int32(len(x.Item)))
	}
	return x
}

// BenchmarkRemoval times one removal of each kind and prints how many of them go into
// solving anew ("refits"). The larger size is that of Baby and takes minutes: -short
// leaves it out.
func BenchmarkRemoval(b *testing.B) {
	for _, size := range []struct{ users, items int }{{3000, 1000}, {19445, 7050}} {
		if testing.Short() && size.items > 1000 {
			continue
		}
		x := scattered(size.users, size.items)
		start := time.Now()
		m, err := Solve(x, 100)
		require.NoError(b, err)
		refit := time.Since(start)
		d := &data.Dataset{Train: x, Valid: x, Test: x, UserIDs: make([]string, size.users), ItemIDs: make([]string, size.items)}
		run := func(name string, f *data.ForgetSet, remove func(after *data.Interactions) error) {
			after := data.Retain(d, f).Train
			b.Run(fmt.Sprintf("%d items/%s", size.items, name), func(b *testing.B) {
				for b.Loop() {
					if err := remove(after); err != nil {
						b.Fatal(err)
					}
					b.StopTimer()
					err = m.Replace(after, x) // back to where it was
					b.StartTimer()
				}
				b.ReportMetric(refit.Seconds(), "refit-s")
				b.ReportMetric(refit.Seconds()/(b.Elapsed().Seconds()/float64(b.N)), "removals/refit")
			})
		}
		replace := func(after *data.Interactions) error { return m.Replace(x, after) }
		run("user", &data.ForgetSet{Kind: data.ForgetUsers, Users: []int32{7}}, replace)
		run("interaction", &data.ForgetSet{Kind: data.ForgetPairs, Pairs: x.Pairs()[:1]}, replace)
		stored := m.Params()
		run("user, from and to stored weights", &data.ForgetSet{Kind: data.ForgetUsers, Users: []int32{7}}, func(after *data.Interactions) error {
			m = Load(stored, 100)
			err := m.Replace(x, after)
			m.Params()
			return err
		})
		run("item", &data.ForgetSet{Kind: data.ForgetItems, Items: []int32{7}}, func(*data.Interactions) error { return m.RemoveItems([]int32{7}) })
	}
}
