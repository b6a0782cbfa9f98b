package eval

import (
	"math"
	"testing"

	"lethe/recsys/backend/reference"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// imprint is a study in which the truth is known: users and items have random vectors,
// random pairs of each user are forgotten and held out, and trace adds to each user's
// vector a multiple of their forgotten items' vectors: positive for a model that
// remembers, negative for one that forgot too much, 0 for Retrain.
type imprint struct {
	data            *data.Dataset
	forget, heldout []data.Pair
	clean           Vectors
}

func newImprint(seed uint64, users, items, perUser int) imprint {
	src := rng.New(seed)
	s := src.Named("vectors").Stream()
	const dim = 48
	v := Vectors{dense.New(users, dim), dense.New(items, dim)}
	for _, m := range []dense.Matrix{v.Users, v.Items} {
		for k := range m.Data {
			m.Data[k] = float32(s.Normal())
		}
	}
	p := imprint{clean: v, data: &data.Dataset{}}
	for range users {
		p.data.UserIDs = append(p.data.UserIDs, string(rune('a'+len(p.data.UserIDs))))
	}
	for range items {
		p.data.ItemIDs = append(p.data.ItemIDs, string(rune('a'+len(p.data.ItemIDs))))
	}
	for u := range users {
		for k, i := range s.Perm(items)[:2*perUser] {
			x := data.Pair{User: int32(u), Item: int32(i)}
			if k < perUser {
				p.forget = append(p.forget, x)
			} else {
				p.heldout = append(p.heldout, x)
			}
		}
	}
	p.data.Train, p.data.Valid, p.data.Test = must(users, items, p.forget), must(users, items, nil), must(users, items, p.heldout)
	return p
}

func must(users, items int, pairs []data.Pair) *data.Interactions {
	x, err := data.FromPairs(users, items, pairs)
	if err != nil {
		panic(err)
	}
	return x
}

// traced marks the forgotten pairs that use says.
func (p imprint) traced(strength float64, use func(k int) bool) Vectors {
	v := Vectors{p.clean.Users.Clone(), p.clean.Items}
	for k, f := range p.forget {
		if use == nil || use(k) {
			for c, x := range v.Items.Row(int(f.Item)) {
				v.Users.Row(int(f.User))[c] += float32(strength) * x
			}
		}
	}
	return v
}

func (p imprint) scores(t *testing.T, v Vectors) Scores {
	t.Helper()
	be := reference.New()
	retain := *p.data
	retain.Train = must(p.data.Users(), p.data.Items(), nil)
	a := NewAttacker(be, p.data, &retain, p.forget, p.heldout, nil, v.Users.Cols, rng.New(5))
	defer a.Free()
	users, items := v.Upload(be)
	s, err := a.Scores(users, items)
	require.NoError(t, err)
	return s
}

func TestAttackScoresByDefinition(t *testing.T) {
	p := newImprint(1, 6, 40, 3)
	v := p.traced(0.2, nil)
	be := reference.New()
	a := NewAttacker(be, p.data, p.data, p.forget, p.heldout, nil, v.Users.Cols, rng.New(5))
	s := p.scores(t, v)
	for k, f := range p.forget[:6] {
		var margins []float64
		loss := func() float64 {
			sum := 0.0
			for _, j := range a.negative[k] {
				sum += math.Log1p(math.Exp(-(v.Score(f) - v.Score(data.Pair{User: f.User, Item: j}))))
			}
			return sum / negatives
		}
		for _, j := range a.negative[k] {
			assert.False(t, p.data.Train.Has(int(f.User), int(j)) || p.data.Test.Has(int(f.User), int(j)), "negative %d is no negative", j)
			margins = append(margins, v.Score(f)-v.Score(data.Pair{User: f.User, Item: j}))
		}
		assert.InDelta(t, stat.Mean(margins, nil), s.Forget[0][k], 1e-9)
		// The gradient by central differences of float32 vectors, step 1/64.
		const step = 1.0 / 64
		square := 0.0
		for _, row := range [][]float32{v.Users.Row(int(f.User)), v.Items.Row(int(f.Item))} {
			for c := range row {
				old := row[c]
				row[c] = old + step
				up := loss()
				row[c] = old - step
				down := loss()
				row[c] = old
				d := (up - down) / (2 * step)
				square += d * d
			}
		}
		assert.InEpsilon(t, math.Sqrt(square), -s.Forget[4][k], 2e-3)
		assert.LessOrEqual(t, s.Forget[2][k], s.Forget[0][k])
	}
}

func TestMembershipReadsBothSides(t *testing.T) {
	p := newImprint(2, 60, 90, 5)
	cases := []struct {
		name     string
		v        Vectors
		z        int // the side on which every single attack but min-k must stand
		combined bool
	}{
		{"retrain", p.clean, 0, false},
		{"remembers", p.traced(0.25, nil), +1, true},
		{"forgot too much", p.traced(-0.25, nil), -1, true},
		{"half each way", func() Vectors {
			v := p.traced(0.4, func(k int) bool { return k%2 == 0 })
			for k, f := range p.forget {
				if k%2 == 1 {
					for c, x := range v.Items.Row(int(f.Item)) {
						v.Users.Row(int(f.User))[c] -= 0.4 * x
					}
				}
			}
			return v
		}(), 0, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := NewMembership(rng.New(1), p.scores(t, c.v))
			for _, name := range []string{"loss", "z", "min-k", "gradient"} {
				e := m.Attacks[name]
				switch c.z {
				case 0:
					assert.InDelta(t, 0.5, e.Value, 3*e.SE, name)
				default:
					assert.Greater(t, float64(c.z)*(e.Value-0.5), 3*e.SE, name)
				}
			}
			if c.combined {
				assert.Greater(t, m.Combined.Value, 0.5+4*m.Combined.SE)
			} else {
				assert.InDelta(t, 0.5, m.Combined.Value, 3*m.Combined.SE)
				assert.Greater(t, m.Worst.P, 0.05)
			}
		})
	}
}

func TestCombinedAttackIsFairUnderTheNull(t *testing.T) {
	var auc, se, tpr, p []float64
	for seed := range uint64(60) {
		s := newImprint(100+seed, 30, 60, 4)
		m := NewMembership(rng.New(seed), s.scores(t, s.clean))
		auc, se, tpr, p = append(auc, m.Combined.Value), append(se, m.Combined.SE), append(tpr, m.TPR1.Value), append(p, m.Worst.P)
	}
	mean, sd := stat.MeanStdDev(auc, nil)
	t.Logf("combined AUC under the null %.4f ± %.4f, mean SE %.4f, TPR at 1 %% %.3f, worst user P %.2f", mean, sd/math.Sqrt(60), stat.Mean(se, nil), stat.Mean(tpr, nil), stat.Mean(p, nil))
	assert.InDelta(t, 0.5, mean, 3*sd/math.Sqrt(60))
	// The standard error leaves out that the fit varies too: on 120 pairs a quarter.
	assert.InDelta(t, 0.75, stat.Mean(se, nil)/sd, 0.2)
	assert.InDelta(t, 0.01, stat.Mean(tpr, nil), 0.01)
	assert.Equal(t, 70.0, arrangements(8, 4))
	assert.Zero(t, arrangements(5, 5))
	// A P value is uniform: mean 1/2, deviation 1/√12, of 60 values 0.037.
	assert.InDelta(t, 0.5, stat.Mean(p, nil), 3*0.037)
}

// Active users have long vectors and more forgotten pairs to a held-out one: knowing how
// active a user is must not pass for membership.
func TestActivityIsNoMembership(t *testing.T) {
	var weighted, plain []float64
	for seed := range uint64(20) {
		p := newImprint(200+seed, 60, 60, 1)
		v := Vectors{p.clean.Users.Clone(), p.clean.Items}
		p.forget, p.heldout = nil, nil
		s := rng.New(seed).Named("activity").Stream()
		for u := range 60 {
			n := 2
			if u%2 == 0 {
				n = 8
				for c := range v.Users.Row(u) {
					v.Users.Row(u)[c] *= 3
				}
			}
			for k, i := range s.Perm(60)[:n+2] {
				x := data.Pair{User: int32(u), Item: int32(i)}
				if k < n {
					p.forget = append(p.forget, x)
				} else {
					p.heldout = append(p.heldout, x)
				}
			}
		}
		p.data.Train, p.data.Test = must(60, 60, p.forget), must(60, 60, p.heldout)
		scores := p.scores(t, v)
		weighted = append(weighted, NewMembership(rng.New(seed), scores).Combined.Value)
		scores.ForgetWeight, scores.HeldoutWeight = nil, nil
		plain = append(plain, NewMembership(rng.New(seed), scores).Combined.Value)
	}
	mean, sd := stat.MeanStdDev(weighted, nil)
	assert.InDelta(t, 0.5, mean, 3.5*sd/math.Sqrt(20))
	assert.Greater(t, stat.Mean(plain, nil), 0.55, "what the weights are for")
}

func TestOneExposedUserIsFound(t *testing.T) {
	p := newImprint(3, 60, 90, 4)
	const victim = 17
	for name, strength := range map[string]float64{"remembered": 1.5, "over-forgotten": -1.5} {
		v := p.traced(strength, func(k int) bool { return p.forget[k].User == victim })
		m := NewMembership(rng.New(1), p.scores(t, v))
		assert.InDelta(t, 0.5, m.Attacks["z"].Value, 0.05, "the mean over users sees nothing")
		assert.Equal(t, int32(victim), m.Worst.User, name)
		assert.Less(t, m.Worst.P, 0.1, name)
		assert.Equal(t, strength > 0, m.Worst.AUC > 0.5, name)
	}
}

func TestDeltaAttackAndPrivLeak(t *testing.T) {
	p := newImprint(4, 60, 90, 5)
	// Any training ends elsewhere by chance: noise as large as the vectors.
	noisy := func(v Vectors) Vectors {
		s := rng.New(6).Stream()
		for k := range v.Users.Data {
			v.Users.Data[k] += float32(s.Normal())
		}
		return v
	}
	before, retrain := p.scores(t, p.traced(0.1, nil)), p.scores(t, noisy(p.traced(0, nil)))
	over, nothing := p.scores(t, noisy(p.traced(-0.1, nil))), p.scores(t, noisy(p.traced(0.1, nil)))
	gf, gh := Drop(before, retrain)
	for _, c := range []struct {
		name  string
		after Scores
		sign  float64
	}{{"forgot too much", over, 1}, {"did nothing", nothing, -1}} {
		f, h := Drop(before, c.after)
		excess := AUCDifference(f, h, gf, gh)
		assert.Greater(t, c.sign*excess.Value, 3*excess.SE, c.name)
		zf, zh := c.after.Samples(byZ)
		zgf, zgh := retrain.Samples(byZ)
		leak := PrivLeak(zf, zh, zgf, zgh)
		assert.Less(t, c.sign*leak.Value, -3*leak.SE, c.name)
	}
}

func TestRateAtByHand(t *testing.T) {
	marks := sorted(Sample{Value: []float64{5, 4, 1}}, Sample{Value: []float64{4.5, 3, 2, 0}})
	for limit, want := range map[float64]float64{0: 1. / 3, 0.25: 2. / 3, 0.75: 1} {
		got, ok := rateAt(limit)(marks)
		assert.True(t, ok)
		assert.InDelta(t, want, got, 1e-12, "at most %v", limit)
	}
}
