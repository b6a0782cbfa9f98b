package eval

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/api"

	"gonum.org/v1/gonum/mathext"
)

// Noise compares a model's measures with those of several Retrains, which differ by
// their seed only. Two Retrains never agree; a model passes that is no further from them
// than they are from each other.
//
//	score = √ mean over measures of (x − mean_R)²/(sd_R² + SE²)
//	limit = the 95th percentile of Retrain's own scores, each Retrain against the others
//
// Both sides count alike: remembering and forgetting too much raise the score. The delta attack is no measure of it: a Retrain
// with the seed of the model before is nearer to that than others are, and Retrains of which one stands apart forgive everything.
type Noise struct {
	Score   api.Estimate       `json:"score"` // its standard error: the Retrains left out one by one
	Limit   float64            `json:"limit"`
	Pass    bool               `json:"pass"`
	Retrain []float64          `json:"retrain"` // Retrain's own scores
	Terms   map[string]float64 `json:"terms"`   // (x − mean_R)/√(sd_R² + SE²) of each measure
}

// MinRetrains is how many Retrains a noise floor needs.
const MinRetrains = 3

// NewNoise scores a model against at least three Retrains, by the measures that all of
// them have.
//
// With so few scores the 95th percentile is not to be read off: the limit is the upper
// 95 % prediction limit for one more score, taken on logarithms, mean + t_{n−1}·sd·√(1+1/n), or the
// largest of them if that is more, and at least 1, where nothing is above its error. Simulated with
// 3 to 8 Retrains an honest one passes in 94 to 99 % of cases.
func NewNoise(x api.Estimates, retrains []api.Estimates) (Noise, error) {
	n := len(retrains)
	if n < MinRetrains {
		return Noise{}, fmt.Errorf("the noise floor needs %d Retrains of different seeds and has %d", MinRetrains, n)
	}
	names := common(x, retrains)
	if len(names) == 0 {
		return Noise{}, fmt.Errorf("the model and its Retrains have no measure in common: nothing to compare")
	}
	out := Noise{Terms: map[string]float64{}}
	var without []float64
	for k := range retrains {
		others := slices.Delete(slices.Clone(retrains), k, k+1)
		out.Retrain = append(out.Retrain, distance(retrains[k], others, names, nil))
		without = append(without, distance(x, others, names, nil))
	}
	out.Score = around(distance(x, retrains, names, out.Terms), jackknife(without))
	out.Limit = predictionLimit(out.Retrain)
	out.Pass = out.Score.Value <= out.Limit
	return out, nil
}

// seeded is the measure that depends on whether a Retrain has the seed of the model before the request.
const seeded = "delta_auc"

// common are the measures that everyone has and whose value is one for Retrains of all seeds, sorted.
func common(x api.Estimates, retrains []api.Estimates) []string {
	var names []string
	for name := range x {
		missing := slices.ContainsFunc(retrains, func(r api.Estimates) bool { _, ok := r[name]; return !ok })
		if !missing && name != seeded {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// distance is the score of x against others; it fills terms unless nil.
func distance(x api.Estimates, others []api.Estimates, names []string, terms map[string]float64) float64 {
	sum := 0.0
	values := make([]float64, len(others))
	for _, name := range names {
		for k, o := range others {
			values[k] = o[name].Value
		}
		m, sd := meanStdDev(values)
		term := x[name].Value - m
		if spread := math.Hypot(sd, x[name].SE); spread > 0 {
			term /= spread
		} else if term != 0 {
			term = math.Copysign(unbounded, term)
		}
		if terms != nil {
			terms[name] = term
		}
		sum += term * term
	}
	return math.Sqrt(sum / float64(len(names)))
}

// unbounded stands for a difference in a measure that has no noise at all.
const unbounded = 1e3

// jackknife is the standard error of a statistic from its values without one item each.
func jackknife(without []float64) float64 {
	n := float64(len(without))
	m, sum := average(without), 0.0
	for _, v := range without {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum * (n - 1) / n)
}

// negligible is a score far within the errors: how small such scores are says nothing of how large one may be.
const negligible = 0.5

func predictionLimit(scores []float64) float64 {
	n := float64(len(scores))
	logs := make([]float64, len(scores))
	for k, s := range scores {
		logs[k] = math.Log(max(s, negligible))
	}
	m, sd := meanStdDev(logs)
	t := studentQuantile(0.95, n-1)
	return max(math.Exp(m+t*sd*math.Sqrt(1+1/n)), slices.Max(scores), 1)
}

// studentQuantile is the quantile p, above a half, of Student's distribution with nu
// degrees of freedom: t² = nu·(1 − y)/y where I_y(nu/2, ½) = 2(1 − p).
func studentQuantile(p, nu float64) float64 {
	y := mathext.InvRegIncBeta(nu/2, 0.5, 2*(1-p))
	return math.Sqrt(nu * (1 - y) / y)
}
