package receipt

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Page is receipts for people, as one HTML file that asks for nothing else and prints well.
// findings are what a verification said, if there was one.
func Page(list []Document, findings []string) []byte {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Receipt of an erasure</title>
<style>body{font:16px/1.5 system-ui,sans-serif;color:#1c1b1a;background:#faf8f4;max-width:68ch;margin:2rem auto;padding:0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{color:#666}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .5rem .25rem 0;border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}
section{break-inside:avoid;margin-bottom:3rem}@media print{body{background:none;margin:0}}</style>
`)
	if len(findings) > 0 {
		b.WriteString("<h2>Verification</h2><ul>")
		for _, f := range findings {
			b.WriteString("<li>" + escape.Replace(f))
		}
		b.WriteString("</ul>")
	}
	for k := range list {
		section(&b, &list[k])
	}
	return []byte(b.String())
}

func section(b *strings.Builder, d *Document) {
	r := &d.Receipt
	rows := func(pairs ...string) {
		b.WriteString("<dl>")
		for k := 0; k < len(pairs); k += 2 {
			if pairs[k+1] != "" {
				fmt.Fprintf(b, "<dt>%s<dd>%s", escape.Replace(pairs[k]), escape.Replace(pairs[k+1]))
			}
		}
		b.WriteString("</dl>")
	}
	fmt.Fprintf(b, "<section><h1>Receipt %d: %s</h1>", r.Serial, escape.Replace(r.Tier))
	if d.Opening != nil {
		rows("What was asked", d.Opening.Request)
	}
	var reached []string
	for _, tier := range []string{Hidden, Unlearned, Exact} {
		if s, ok := r.Reached[tier]; ok {
			reached = append(reached, fmt.Sprintf("%s after %.3f s", tier, s))
		}
	}
	rows("Issued", r.Issued, "Reached", strings.Join(reached, ", "), "Removed", fmt.Sprintf("%d interactions (%s)", r.Request.Pairs, r.Request.Kind),
		"Method", r.Method.Name+", "+r.Method.Guarantee, "Note", r.Method.Note, "Model", r.Model.Name+", seed "+r.Seeds.Train,
		"Computed by", "Lethe "+r.Code.Version+" on "+r.Code.Backend, "Sources", r.Code.Sources)
	if len(r.Audits) > 0 {
		b.WriteString("<h2>What was measured</h2><table><tr><th>Measure<th>Value<th>95 % interval")
		for _, name := range slices.Sorted(maps.Keys(r.Audits)) {
			a := r.Audits[name]
			fmt.Fprintf(b, "<tr><td>%s<td>%.4f<td>%.4f to %.4f", escape.Replace(name), a.Value, a.Low, a.High)
		}
		b.WriteString("</table>")
	}
	if len(r.Purged) > 0 {
		b.WriteString("<h2>What was erased</h2><table><tr><th>Where it was<th>How it went")
		for _, name := range slices.Sorted(maps.Keys(r.Purged)) {
			fmt.Fprintf(b, "<tr><td>%s<td>%s", escape.Replace(name), escape.Replace(r.Purged[name]))
		}
		b.WriteString("</table>")
	}
	b.WriteString("<h2>What this does not prove</h2><ul>")
	for _, l := range r.Limits {
		b.WriteString("<li>" + escape.Replace(l))
	}
	b.WriteString("</ul><h2>Numbers to check</h2>")
	rows("Data", r.Data, "Weights", r.Theta, "Commitment to the request", r.Request.Commitment, "Receipt before", cmp.Or(r.Previous, "none, this is the first"),
		"Key", r.Key, "Signature", d.Signature)
	b.WriteString("</section>\n")
}

// escape is html.EscapeString, whose package brings the names of all characters: 0.02 MB on the wire.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
