package session

import (
	"cmp"
	"fmt"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/unlearn"
)

// forgotten is the request that After or Retrain has served, as a task against Before.
func (s *Session) forgotten(obs api.Observer) (*unlearn.Task, error) {
	before, err := s.slot(api.Before)
	if err != nil {
		return nil, err
	}
	of := s.slots[api.After]
	if of == nil {
		if of = s.slots[api.Retrain]; of == nil {
			_, err = s.slot(api.After)
			return nil, err
		}
	}
	if before.score != nil {
		return nil, &api.Failure{Code: api.CodeUnsupported, Message: "This model has no vectors to look at.", Value: before.model.Name, Remedy: "Train another model."}
	}
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	task, _, err := s.task(before, api.Unlearn{Request: of.request.text, Seed: of.request.seed}, be, obs)
	return task, err
}

// nearGuesses is how many items a residue shows.
const nearGuesses = 3

// Residue reads the withdrawn content of the request of After or Retrain off every filled slot.
func (s *Session) Residue(obs api.Observer) (api.Residue, error) {
	task, err := s.forgotten(obs)
	if err != nil {
		return api.Residue{}, err
	}
	f := task.Forget
	m := task.Data.Modality(f.Modality)
	if f.Kind != data.ForgetModality || m == nil || m.Rows.Cols == 0 {
		return api.Residue{}, &api.Failure{Code: api.CodeUnsupported, Message: "Nobody withdrew the content of an item.", Value: f.Request, Remedy: "Forget modality:image@ITEM first."}
	}
	out := api.Residue{Modality: f.Modality, Item: int(f.Items[0]), Items: len(f.Items), Own: map[api.Slot]api.Trace{}, People: map[api.Slot]api.Trace{}}
	columns := task.Data.Train.Transpose()
	for _, name := range []api.Slot{api.Before, api.After, api.Retrain} {
		t := s.slots[name]
		if t == nil {
			continue
		}
		if err := obs.Tell(api.Progress{Stage: "evaluate", Done: len(out.Own), Total: 3}); err != nil {
			return api.Residue{}, err
		}
		v := eval.Vectors{Users: t.users, Items: t.items}
		for _, of := range []struct {
			to     map[api.Slot]api.Trace
			vector func(int) []float32
		}{{out.Own, v.Items.Row}, {out.People, v.Likers(columns)}} {
			if r, ok := eval.NewReadout(m, of.vector, f.Items, nearGuesses); ok {
				of.to[name] = api.Trace{Beats: r.Beats, Near: ints(r.Near)}
			}
		}
	}
	return out, nil
}

func ints(list []int32) []int {
	out := make([]int, len(list))
	for k, x := range list {
		out[k] = int(x)
	}
	return out
}

const (
	spreadK      = 20
	spreadUsers  = 2000 // of more, every second, third … is asked
	spreadGroups = 9    // categories; the others have no row
	spreadItems  = 500  // of a group, that are named
)

// Spread ranks for every filled slot what is left after the request of After or Retrain, and counts who is shown what.
func (s *Session) Spread(obs api.Observer) (api.Spread, error) {
	task, err := s.forgotten(obs)
	if err != nil {
		return api.Spread{}, err
	}
	banned := make([]bool, task.Data.Items())
	if task.Forget.Kind == data.ForgetItems {
		for _, i := range task.Forget.Items {
			banned[i] = true
		}
	}
	out := api.Spread{K: spreadK, Places: map[api.Slot][][]float64{}}
	group := partition(task.Data, banned, &out)
	marks := cohorts(task, &out)
	var users []int32
	for u := range task.Data.Users() {
		if len(task.Retain.Train.Row(u)) > 0 {
			users = append(users, int32(u))
		}
	}
	step := (len(users) + spreadUsers - 1) / spreadUsers
	var asked []int32
	for k := 0; k < len(users); k += step {
		asked = append(asked, users[k])
	}
	be := task.Backend
	r := eval.NewRanker(be, task.Retain.Train, banned, spreadK)
	defer r.Free()
	for _, name := range []api.Slot{api.Before, api.After, api.Retrain} {
		t := s.slots[name]
		if t == nil {
			continue
		}
		l, err := lists(be, r, eval.Vectors{Users: t.users, Items: t.items}, asked, obs)
		if err != nil {
			return api.Spread{}, err
		}
		out.Places[name] = eval.Spread(l, marks, group, len(out.Groups))
	}
	return out, nil
}

func lists(be backend.Backend, r *eval.Ranker, v eval.Vectors, of []int32, obs api.Observer) (eval.Lists, error) {
	users, items := v.Upload(be)
	defer be.Free(users)
	defer be.Free(items)
	return r.Lists(users, items, of, obs)
}

// partition divides the items by the first word of their category, the largest groups first, or else by how many
// people chose them.
func partition(d *data.Dataset, banned []bool, out *api.Spread) (group []int) {
	name := make([]string, d.Items())
	if d.Catalog != nil {
		for i, it := range d.Catalog {
			if len(it.Category) > 0 {
				name[i] = it.Category[0]
			}
		}
	}
	if !slices.ContainsFunc(name, func(s string) bool { return s != "" }) {
		_, count := d.Train.Degrees()
		order := make([]int, d.Items())
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(count[b], count[a]) })
		for at, i := range order {
			name[i] = fmt.Sprintf("popularity %d", 1+at*5/len(order))
		}
	}
	at := map[string]int{}
	for i, n := range name {
		if n == "" || banned[i] {
			continue
		}
		if _, known := at[n]; !known {
			at[n] = len(out.Groups)
			out.Groups = append(out.Groups, api.Group{Name: n})
		}
		g := &out.Groups[at[n]]
		if g.Count++; len(g.Items) < spreadItems {
			g.Items = append(g.Items, i)
		}
	}
	slices.SortFunc(out.Groups, func(a, b api.Group) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	out.Groups = out.Groups[:min(len(out.Groups), spreadGroups)]
	clear(at)
	for g, x := range out.Groups {
		at[x.Name] = g
	}
	group = make([]int, d.Items())
	for i, n := range name {
		group[i] = -1
		if g, known := at[n]; known && !banned[i] {
			group[i] = g
		}
	}
	return group
}

// cohorts divides the people by how near they are to the request; groups of nobody are left out.
func cohorts(task *unlearn.Task, out *api.Spread) (marks [][]bool) {
	f := *task.Forget
	if f.Kind == data.ForgetModality { // no click goes: those who chose the items are concerned
		columns := task.Data.Train.Transpose()
		for _, i := range f.Items {
			for _, u := range columns.Row(int(i)) {
				f.Pairs = append(f.Pairs, data.Pair{User: u, Item: i})
			}
		}
	}
	touched, near := eval.Nearness(task.Data, &f)
	everyone, others := make([]bool, len(touched)), make([]bool, len(touched))
	for u := range everyone {
		everyone[u] = len(task.Retain.Train.Row(u)) > 0
		touched[u], near[u] = touched[u] && everyone[u], near[u] && everyone[u]
		others[u] = everyone[u] && !touched[u] && !near[u]
	}
	for _, c := range []struct {
		name string
		mark []bool
	}{{"everyone", everyone}, {"touched", touched}, {"near", near}, {"others", others}} {
		n := 0
		for _, yes := range c.mark {
			if yes {
				n++
			}
		}
		if n > 0 {
			out.Cohorts, marks = append(out.Cohorts, api.Group{Name: c.name, Count: n}), append(marks, c.mark)
		}
	}
	return marks
}
