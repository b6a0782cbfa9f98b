package ui

import (
	"html"
	"strings"

	"github.com/vugu/vugu"
)

// AtFoot is the end of the page, where it says what it computes with.
const AtFoot Place = "foot"

// words are the terms that each section explains. What a term is called and what it means is in ui/text under "term.".
var words = map[Place][]string{
	AtTaste: {"model"},
	AtMap:   {"model"},
	AtTrain: {"model", "vectors", "epoch", "loss", "heldout", "recall", "bpr", "vbpr", "lightgcn", "freedom", "mgcn", "tokenset", "ease"},
	AtForget: {"forgetset", "retrain", "lethe", "mmrecun", "reverse", "exact", "approximate", "certified", "control", "gauge", "heldout",
		"recall", "worst", "weights", "hidden", "unlearned", "receipt"},
	AtCompare: {"retrain", "retainset", "heldout", "vectors", "weights", "recon", "mia", "recall", "ndcg"},
	AtDoubt:   {"audit", "retrain", "retainset", "heldout", "vectors", "recon", "mia", "hidden", "receipt"},
	AtLab:     {"retrain", "seed", "recall", "auc", "vectors", "recon", "mia", "worst", "theta", "weights"},
	AtFoot:    {"wasm", "simd"},
}

// Words are the terms of a section as buttons, each of which opens its sentence. A button and its popover need no script. They are one
// piece of HTML, since they never change but with the language.
func (v View) Words(at Place) vugu.HTML {
	var b strings.Builder
	b.WriteString(`<span class="label">` + html.EscapeString(v.T("words")) + `</span>`)
	for _, w := range words[at] {
		id, name := "term-"+string(at)+"-"+w, html.EscapeString(v.T("term."+w))
		b.WriteString(` <button type="button" class="quiet" popovertarget="` + id + `">` + name + `</button>` +
			`<span class="term" id="` + id + `" popover="" role="note"><dfn>` + name + `</dfn> ` + html.EscapeString(v.T("term."+w+".is")) + `</span>`)
	}
	return vugu.HTML(b.String())
}
