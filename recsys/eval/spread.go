package eval

import "lethe/recsys/data"

// Nearness marks the users whom a request touches, and those who are not touched but have much in common with one who
// is (OverlappingUsers).
func Nearness(d *data.Dataset, f *data.ForgetSet) (touched, near []bool) {
	touched = make([]bool, d.Users())
	for _, u := range f.Users {
		touched[u] = true
	}
	for _, p := range f.Pairs {
		touched[p.User] = true
	}
	return touched, overlap(d.Train, touched)
}

// Spread is who is shown what: for each cohort of users the share of their lists' places that each group of items takes.
// A cohort is a mark per user; group is a number per item, -1 for none. Rows sum to 1 but for items without a group and
// cohorts without a list, whose rows are 0.
func Spread(l Lists, cohorts [][]bool, group []int, groups int) [][]float64 {
	out := make([][]float64, len(cohorts))
	for c, of := range cohorts {
		out[c] = make([]float64, groups)
		places := 0
		for k, u := range l.Users {
			if !of[u] {
				continue
			}
			for _, i := range l.Row(k) {
				if i < 0 {
					continue
				}
				places++
				if g := group[i]; g >= 0 {
					out[c][g]++
				}
			}
		}
		for g := range out[c] {
			out[c][g] /= float64(max(places, 1))
		}
	}
	return out
}
