//go:build !js || lab

package unlearn

// The methods that people compare rather than use, and the options of the loop, are in
// every native program and in the lab's engine. The page's engine does without: they are a
// twentieth of what it would weigh.
const research = true

// adapters are for models that the page's engine does not have either.
var adapters = []Method{adapter{}}

var compared = []Method{tru{}, ssd{}, flat{}, influence{}, rrl{}, chip{}, modhifi{}, newtonUser{}, amnesiac{}, restart{}}

// makers make the methods that have options, from what follows the name: lethe+gu.
var makers = map[string]func(options []string) (Method, error){"lethe": newLethe, "mmrecun": newMMRecUn, "flat": newFlat}
