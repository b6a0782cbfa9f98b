package main

import (
	"fmt"
	"strings"
)

// table prints two Markdown tables: products, and epochs.
func table(all []results) string {
	var b strings.Builder
	head := "| GFLOP/s, one processor |"
	rule := "|---|"
	for _, r := range all {
		head += fmt.Sprintf(" simd, %s | × reference | × gonum |", r.Platform)
		rule += "---|---|---|"
	}
	fmt.Fprintln(&b, head+"\n"+rule)
	for _, p := range products {
		fmt.Fprintf(&b, "| %s, %d×%d×%d |", p.name, p.m, p.n, p.k)
		for _, r := range all {
			g := func(name string) float64 { return r.GFLOPS[name+"/"+p.name] }
			fmt.Fprintf(&b, " %.1f | %.1f | %.1f |", g("simd"), g("simd")/g("reference"), g("simd")/g("gonum"))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "\n| BPR epoch, %d samples of width %d | million samples/s | × reference | × gorse |\n|---|---|---|---|\n", pairs, dim)
	for _, r := range all {
		fmt.Fprintf(&b, "| simd, %s | %.2f | %.1f | %s |\n", r.Platform, r.Samples["simd"]/1e6, r.Samples["simd"]/r.Samples["reference"], ratio(r.Samples["simd"], r.Samples["gorse"]))
	}
	if len(all) == 2 {
		fmt.Fprintf(&b, "\nWebAssembly runs the BPR epoch at %.2f of native speed", all[1].Samples["simd"]/all[0].Samples["simd"])
		if g := all[0].Samples["gorse"]; g > 0 {
			fmt.Fprintf(&b, ", %.1f times as fast as gorse runs natively", all[1].Samples["simd"]/g)
		}
		b.WriteString(".\n")
	}
	return b.String()
}

func ratio(x, y float64) string {
	if y == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", x/y)
}
