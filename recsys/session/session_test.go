package session

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/rank"
)

// opened is a session on the two tastes with a trained model.
func opened(t *testing.T, likes ...int) *Session {
	s := newLine(t, 0).session()
	_, err := s.OpenDataset(tastes())
	require.NoError(t, err)
	require.NoError(t, s.Like(likes))
	_, err = s.Train(training(60), nil)
	require.NoError(t, err)
	return s
}

func code(t *testing.T, err error) api.Code {
	require.Error(t, err)
	return Failure(err).Code
}

func recommend(t *testing.T, s *Session, slot api.Slot, user int) []int {
	r, err := s.Recommend(api.Recommend{Slot: slot, User: user, K: 30})
	require.NoError(t, err)
	require.Len(t, r.Scores, len(r.Items))
	for k := 1; k < len(r.Scores); k++ {
		require.LessOrEqual(t, r.Scores[k], r.Scores[k-1])
	}
	return r.Items
}

func even(items []int) (n int) {
	for _, i := range items {
		n += 1 - i%2
	}
	return n
}

func TestTrainingMeasuresAndRepeats(t *testing.T) {
	s := opened(t)
	a := s.slots[api.Before].result
	assert.Greater(t, a.Test["recall@5"], 0.3, "of 8 unseen items in one's taste, 5 are listed")
	assert.Equal(t, "tastes", a.Data)
	assert.Len(t, a.Curve, a.Epochs)
	assert.Greater(t, a.Curve[1].Seconds, a.Curve[0].Seconds)
	b := opened(t).slots[api.Before].result
	assert.Equal(t, a.ThetaSHA256, b.ThetaSHA256)
}

func TestTheVisitorsClicksEnterTheNextTraining(t *testing.T) {
	s := opened(t)
	without := s.slots[api.Before]
	require.NoError(t, s.Like([]int{4, 2, 8, 4, 20, 26}))
	assert.Equal(t, 41, without.bound.Users())
	assert.Empty(t, without.bound.Train.Row(40))

	folded := recommend(t, s, api.Before, -1)
	assert.NotContains(t, folded, 4)
	assert.GreaterOrEqual(t, even(folded[:5]), 4, "folded in, a visitor who likes even items gets even items")
	_, err := s.Train(training(200), nil)
	require.NoError(t, err)
	assert.Equal(t, []int32{2, 4, 8, 20, 26}, s.slots[api.Before].bound.Train.Row(40))
	trained := recommend(t, s, api.Before, -1)
	assert.GreaterOrEqual(t, even(trained[:5]), 4)
	r, err := s.Recommend(api.Recommend{Slot: api.Before, User: -1, K: 1})
	require.NoError(t, err)
	b := s.slots[api.Before]
	assert.Equal(t, rank.Dot(b.users.Row(40), b.items.Row(r.Items[0])), r.Scores[0], "the trained vector, not a folded one")
}

func TestAVisitorWithoutClicksGetsWhatPeopleLike(t *testing.T) {
	s := opened(t)
	assert.Len(t, recommend(t, s, api.Before, -1), 30)
}

func TestSimilarItems(t *testing.T) {
	s := opened(t)
	r, err := s.Similar(api.Similar{Slot: api.Before, Item: 7, K: 6})
	require.NoError(t, err)
	assert.NotContains(t, r.Items, 7)
	for _, i := range r.Items {
		assert.Equal(t, 1, i%2)
	}
	_, err = s.Similar(api.Similar{Slot: api.Before, Item: 30})
	assert.Equal(t, api.CodeBadCommand, code(t, err))
}

func TestForgottenItemsAreInNoList(t *testing.T) {
	for _, method := range methodNames() {
		t.Run(method, func(t *testing.T) {
			s := opened(t, 0, 2, 4)
			row, err := s.Unlearn(api.Unlearn{Method: method, Request: "creator:creator 2"}, nil)
			if err != nil {
				assert.Equal(t, api.CodeUnsupported, code(t, err))
				return
			}
			assert.Equal(t, 5, row.Forget.Items) // 30 items, 6 creators
			slot := api.After
			if method == "retrain" {
				slot = api.Retrain
			}
			for _, user := range []int{-1, 0, 1} {
				for _, i := range recommend(t, s, slot, user) {
					assert.NotEqual(t, 2, i%6, "user %d", user)
				}
			}
			_, err = s.Similar(api.Similar{Slot: slot, Item: 8})
			assert.Equal(t, api.CodeNotReady, code(t, err))
			r, err := s.Similar(api.Similar{Slot: slot, Item: 0, K: 30})
			require.NoError(t, err)
			assert.NotContains(t, r.Items, 8)
		})
	}
}

func TestAForgottenPairIsNotShownToItsUser(t *testing.T) {
	s := opened(t)
	item := int(s.base.Train.Row(4)[0])
	_, err := s.Unlearn(api.Unlearn{Method: "graph-only", Request: "pair:u4/" + s.base.ItemIDs[item]}, nil)
	require.NoError(t, err)
	assert.NotContains(t, recommend(t, s, api.After, 4), item)
	stillShown := false
	for u := range 40 {
		stillShown = stillShown || u != 4 && slices.Contains(recommend(t, s, api.After, u), item)
	}
	assert.True(t, stillShown, "others still see it")
}

func TestAForgottenUserHasNoList(t *testing.T) {
	s := opened(t)
	_, err := s.Unlearn(api.Unlearn{Method: "retrain", Request: "user:u3"}, nil)
	require.NoError(t, err)
	_, err = s.Recommend(api.Recommend{Slot: api.Retrain, User: 3})
	assert.Equal(t, api.CodeNotReady, code(t, err))
	c, err := s.Compare(api.Compare{User: 3, K: 5}, nil)
	require.NoError(t, err)
	assert.Len(t, c.Lists[api.Before].Items, 5)
	assert.Empty(t, c.Lists[api.Retrain].Items)
}

func TestUnlearnLeavesBeforeAsItWas(t *testing.T) {
	s := opened(t)
	before := s.slots[api.Before]
	sha, list := before.params.SHA256(), recommend(t, s, api.Before, 5)
	_, err := s.Unlearn(api.Unlearn{Method: "lethe", Request: "pairs:10%"}, nil)
	require.NoError(t, err)
	assert.Equal(t, sha, before.params.SHA256())
	assert.Equal(t, list, recommend(t, s, api.Before, 5))
}

func TestCompareFillsRetrainsSide(t *testing.T) {
	s := opened(t)
	_, err := s.Compare(api.Compare{User: 0}, nil)
	assert.Equal(t, api.CodeNotReady, code(t, err))
	_, err = s.Unlearn(api.Unlearn{Method: "lethe", Request: "pairs:10%", Seed: 3}, nil)
	require.NoError(t, err)
	gold, err := s.Unlearn(api.Unlearn{Method: "retrain", Request: "pairs:10%", Seed: 3}, nil)
	require.NoError(t, err)
	c, err := s.Compare(api.Compare{User: 0, K: 5}, nil)
	require.NoError(t, err)
	require.Len(t, c.Rows, 3)
	assert.Equal(t, "pairs", c.Forget.Kind)
	assert.Equal(t, 28, c.Forget.Pairs) // a tenth of 280
	for slot, row := range c.Rows {
		require.NotNil(t, row.RetrainForgetAUC, slot)
		assert.Equal(t, *gold.ForgetAUC, *row.RetrainForgetAUC, slot)
		assert.Equal(t, gold.Test, row.RetrainTest, slot)
		assert.Len(t, c.Lists[slot].Items, 5)
	}
	assert.Equal(t, "original", c.Rows[api.Before].Method)
	assert.Greater(t, *c.Rows[api.Before].ForgetAUC, *gold.ForgetAUC)

	// Another request empties the slot that belonged to the old one.
	_, err = s.Unlearn(api.Unlearn{Method: "graph-only", Request: "user:u1"}, nil)
	require.NoError(t, err)
	assert.Nil(t, s.slots[api.Retrain])
}

func TestTheVisitorIsForgotten(t *testing.T) {
	t.Run("trained in", func(t *testing.T) {
		s := opened(t, 0, 2, 4)
		f, err := s.Resolve(api.Resolve{Request: "visitor"})
		require.NoError(t, err)
		assert.Equal(t, api.Forget{Request: "visitor", Kind: "users", Share: 3.0 / 283, Pairs: 3, Users: 1, Items: 3}, f)
		row, err := s.Unlearn(api.Unlearn{Method: "retrain", Request: "visitor"}, nil)
		require.NoError(t, err)
		assert.Equal(t, 3, row.Forget.Pairs)
		assert.Empty(t, row.Note)
		assert.Empty(t, s.slots[api.Retrain].bound.Train.Row(40))
		never := opened(t)
		assert.Equal(t, recommend(t, never, api.Before, 7), recommend(t, s, api.Retrain, 7), "as if the visitor had never come")
	})
	t.Run("folded in", func(t *testing.T) {
		s := opened(t)
		require.NoError(t, s.Like([]int{0, 2, 4}))
		row, err := s.Unlearn(api.Unlearn{Method: "lethe", Request: "visitor"}, nil)
		require.NoError(t, err)
		assert.Equal(t, 3, row.Forget.Pairs)
		assert.NotEmpty(t, row.Note)
		assert.Equal(t, s.slots[api.Before].result.ThetaSHA256, *row.ThetaSHA256, "no weight ever held the clicks")
		_, left := s.slots[api.After].visitorRow(s.likes)
		assert.Empty(t, left)
		_, still := s.slots[api.Before].visitorRow(s.likes)
		assert.Len(t, still, 3)
	})
	t.Run("one click of three", func(t *testing.T) {
		s := opened(t)
		require.NoError(t, s.Like([]int{0, 2, 4}))
		_, err := s.Unlearn(api.Unlearn{Method: "lethe", Request: "pair:visitor/i2"}, nil)
		require.NoError(t, err)
		_, left := s.slots[api.After].visitorRow(s.likes)
		assert.Equal(t, []int32{0, 4}, left)
	})
	t.Run("some of them", func(t *testing.T) {
		s := opened(t, 0, 2, 4)
		require.NoError(t, s.Like([]int{0, 2, 4, 6}))
		f, err := s.Resolve(api.Resolve{Request: "visitor:6.2.2"})
		require.NoError(t, err)
		assert.Equal(t, api.Forget{Request: "visitor:6.2.2", Kind: "pairs", Share: 2.0 / 284, Pairs: 2, Users: 1, Items: 2, Live: 1}, f, "6 was clicked after the training")
		row, err := s.Unlearn(api.Unlearn{Method: "retrain", Request: "visitor:2.6"}, nil)
		require.NoError(t, err)
		assert.Empty(t, row.Note)
		assert.Equal(t, []int32{0, 4}, s.slots[api.Retrain].bound.Train.Row(40))
		_, left := s.slots[api.Retrain].visitorRow(s.likes)
		assert.Equal(t, []int32{0, 4}, left)
		others := opened(t, 0, 4)
		assert.Equal(t, recommend(t, others, api.Before, 7), recommend(t, s, api.Retrain, 7), "as if only the others had been clicked")
		for _, wrong := range []string{"visitor:", "visitor:3", "visitor:2.x", "visitor:-1", "visitor:2.", "visitor:99999999999"} {
			_, err := s.Resolve(api.Resolve{Request: wrong})
			assert.Equal(t, api.CodeBadCommand, code(t, err), wrong)
		}
	})
}

func TestModelsSurviveTheirFile(t *testing.T) {
	s := opened(t, 1, 3)
	b, err := s.Export(api.Export{Slot: api.Before})
	require.NoError(t, err)
	again := newLine(t, 0).session()
	_, err = again.OpenDataset(tastes())
	require.NoError(t, err)
	r, err := again.Import(b)
	require.NoError(t, err)
	want := s.slots[api.Before].result
	assert.Equal(t, want.ThetaSHA256, r.ThetaSHA256)
	assert.Equal(t, want.Test, r.Test)
	assert.Equal(t, []int32{1, 3}, again.likes, "the visitor comes back with the model")
	for u := -1; u < 40; u++ {
		assert.Equal(t, recommend(t, s, api.Before, u), recommend(t, again, api.Before, u))
	}
	c, err := again.Export(api.Export{Slot: api.Before})
	require.NoError(t, err)
	assert.Equal(t, b, c)
}

func TestASessionWithoutAVisitor(t *testing.T) {
	opt := newLine(t, 0).session().opt
	opt.Visitor = false
	s := New(opt)
	_, err := s.OpenDataset(tastes())
	require.NoError(t, err)
	_, err = s.Train(training(5), nil)
	require.NoError(t, err)
	assert.Equal(t, 40, s.slots[api.Before].bound.Users())
	_, err = s.Recommend(api.Recommend{Slot: api.Before, User: -1})
	assert.Equal(t, api.CodeNotReady, code(t, err))
	_, err = s.Resolve(api.Resolve{Request: "visitor"})
	assert.Equal(t, api.CodeNotReady, code(t, err))
}

func TestAUserMayBeCalledVisitor(t *testing.T) {
	d := tastes()
	d.UserIDs[3] = visitorID
	e := withVisitor(d, []int32{1})
	assert.Equal(t, 41, e.Users())
	assert.NotEqual(t, e.UserIDs[3], e.UserIDs[40])
	assert.Equal(t, []int32{1}, e.Train.Row(40))
	assert.Equal(t, 40, d.Users())
	assert.Equal(t, data.Keys(d.UserIDs), data.Keys(e.UserIDs)[:40])
}

func TestOpenTakesAModelThatLiesBesideTheData(t *testing.T) {
	s := opened(t)
	b, err := s.Export(api.Export{Slot: api.Before})
	require.NoError(t, err)
	pack := func(model []byte) []byte {
		list, err := data.WriteCatalog(tastes(), false)
		require.NoError(t, err)
		all := []api.File{{Name: ModelFile, Data: model}}
		for _, f := range list {
			all = append(all, api.File{Name: f.Name, Data: f.Data})
		}
		return api.PackFiles(all)
	}
	for _, c := range []struct {
		name string
		file []byte
		ok   bool
	}{{"its own", b, true}, {"garbage", []byte("x"), false}} {
		fsys, err := dropped(pack(c.file))
		require.NoError(t, err)
		next := newLine(t, 0).session()
		o, err := next.Open(api.Open{Name: "mine"}, fsys, data.Options{}, nil)
		require.NoError(t, err, c.name)
		assert.Equal(t, "mine", o.Name)
		assert.Equal(t, c.ok, o.Trained != nil, c.name)
		assert.Equal(t, c.ok, len(o.Warnings) == 0, c.name)
	}
}
