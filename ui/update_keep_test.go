package ui

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// What is kept is opened in place of the demo; the clicks in the address come first.
func TestWhatIsKeptIsOpened(t *testing.T) {
	d := at(t, "")
	d.hello()
	o := opened(4)
	o.Likes = []int{2}
	d.answer(d.only(api.OpRestore), api.Restored{Kept: api.Kept{Where: "opfs"}, Opened: &o, Exact: true, Receipts: 1})
	p := d.posted()
	require.Len(t, p, 3)
	assert.Equal(t, []int{2}, head[api.Like](t, p[0]).Items)
	assert.Equal(t, api.OpExact, p[2].Op, "what waits for the exact tier goes on")
	assert.True(t, d.s.Data.Demo)

	d = at(t, "?likes=1")
	d.hello()
	d.fail(d.only(api.OpRestore), api.Failure{Code: api.CodeNotKept, Message: "Torn."})
	d.only(api.OpOpen)
	assert.Equal(t, "Torn.", d.s.Keep.Problem)
}

func TestErasingGoesThroughItsTiers(t *testing.T) {
	d := at(t, "?request=user:u0001&likes=2")
	d.open(4)
	d.do(EraseNow{})
	assert.Empty(t, d.posted(), "not without being asked back")
	d.do(ArmErase{}, Disarm{}, EraseNow{})
	assert.Empty(t, d.posted())
	d.do(ArmErase{}, EraseNow{})
	m := d.only(api.OpErase)
	assert.Equal(t, api.Erase{Method: "lethe", Request: "user:u0001"}, head[api.Erase](t, m))
	assert.True(t, d.s.Busy())
	d.progress(m, api.Progress{Stage: "hidden", Done: 1, Total: 1})
	assert.Equal(t, "hidden", d.s.Erase.Tier)

	o := opened(4)
	o.Catalog[3] = api.Item{} // erased
	d.answer(m, api.Erased{Tier: "unlearned", Reached: map[string]float64{"hidden": .01, "unlearned": .4}, Opened: o, Receipts: "line\n", Exact: true})
	assert.Equal(t, "?likes=2", d.s.Link.String(), "the address names it no longer")
	assert.Equal(t, []int{0, 1, 2}, d.s.Data.Wall)
	p := d.posted()
	exact := p[len(p)-1]
	require.Equal(t, api.OpExact, exact.Op)
	d.do(SaveReceipt{})
	assert.Equal(t, []Command{Save{Name: "receipt.jsonl", Body: []byte("line\n")}}, d.sent)
	d.sent = nil

	d.progress(exact, api.Progress{Stage: "exact", Done: 3, Total: 10})
	assert.Equal(t, "Exact: training again in idle time, 30 %, about a second left", (&Erase{View{S: &d.s}}).Tier("exact"))
	assert.Contains(t, (&Erase{View{S: &d.s}}).Spoken(), ": 30 per cent, about a second left")
	d.answer(exact, api.Erased{Exact: true}) // it stepped aside for somebody
	again := d.posted()
	require.Len(t, again, 1)
	require.Equal(t, api.OpExact, again[0].Op)
	d.answer(again[0], api.Erased{Tier: "exact", Reached: map[string]float64{"exact": 12}, Opened: o, Receipts: "second\n"})
	assert.Equal(t, "exact", d.s.Erase.Tier)
	assert.Equal(t, "line\nsecond\n", d.s.Erase.Receipts)
	assert.Equal(t, "Exact after 12.00 s", (&Erase{View{S: &d.s}}).Tier("exact"))
	for _, m := range d.posted() {
		assert.NotEqual(t, api.OpExact, m.Op)
	}
}

func TestPermanenceIsAskedOnce(t *testing.T) {
	d := at(t, "")
	d.open(4)
	kept := func(k api.Kept) { d.do(FromEngine{api.NewMessage(9, api.OpKept, k, nil)}) }
	kept(api.Kept{Where: "opfs", Why: "No room."})
	assert.Empty(t, d.sent)
	kept(api.Kept{Where: "opfs"})
	assert.Equal(t, []Command{Persist{}}, d.sent)
	d.sent = nil
	kept(api.Kept{Where: "opfs"})
	assert.Empty(t, d.sent)
	d.do(Persisted{Yes: true})
	assert.Contains(t, View{S: &d.s}.Where(), "until you destroy it")
}

func TestWipingIsAskedBack(t *testing.T) {
	d := at(t, "?likes=1")
	d.open(4)
	d.do(Wipe{}, Disarm{}, Wipe{})
	assert.Empty(t, d.posted())
	d.do(Wipe{})
	d.answer(d.only(api.OpWipe), struct{}{})
	d.only(api.OpOpen)
	assert.Empty(t, d.s.Link.Likes)
	assert.Empty(t, d.s.Theme)
}

func TestControlsDoNotErase(t *testing.T) {
	d := at(t, "?request=user:u0001&method=finetune")
	d.open(4)
	d.do(ArmErase{}, EraseNow{})
	assert.Equal(t, "lethe", head[api.Erase](t, d.only(api.OpErase)).Method)
}

// The browser keeps addresses: who is to be forgotten is in none.
func TestLinkNamesNobody(t *testing.T) {
	d := at(t, "")
	d.open(4)
	d.do(PickKind{ForgetUser}, Ask{"user:u0002"})
	assert.NotContains(t, d.s.Link.String(), "u0002")
	for _, c := range d.sent {
		if v, ok := c.(Visit); ok {
			assert.NotContains(t, v.URL, "u000")
		}
	}
	d.do(Ask{"creator:Mori"})
	assert.Contains(t, d.s.Link.String(), "Mori")
}
