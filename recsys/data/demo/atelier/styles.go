package atelier

// styles are all ways of drawing, by name, with the subjects each knows.
var styles = map[string]style{
	"bauhaus":       {bauhaus, []string{"grid", "stack"}},
	"arches":        {arches, []string{"gate", "twin arches", "sunrise"}},
	"mobile":        {mobile, []string{"mobile"}},
	"colour fields": {fieldsOfColour, []string{"fields"}},
	"op art":        {opart, []string{"dots", "rings", "chequer", "waves"}},
	"orbits":        {orbits, []string{"rosette", "harmonograph", "planets"}},

	"terrazzo": {terrazzo, []string{"chips", "pebbles", "confetti"}},
	"quilt":    {quilt, []string{"stars", "geese", "log cabin"}},
	"tiles":    {tiles, []string{"azulejo", "petals", "truchet"}},
	"weave":    {weave, []string{"basket", "bargello", "kilim"}},
	"contours": {contours, []string{"bands", "survey", "islands"}},
	"flow":     {flow, []string{"current", "whorl"}},
	"glass":    {glass, []string{"panes", "sun window", "rose window"}},

	"moons":    {moons, []string{"tide", "eclipse", "phases"}},
	"charts":   {charts, []string{"constellations", "zodiac", "comet"}},
	"rays":     {rays, []string{"dawn", "halo", "steps"}},
	"balloons": {balloons, []string{"balloons"}},

	"ferns":   {ferns, []string{"frond", "clump", "fiddleheads"}},
	"herbs":   {herbs, []string{"herbarium", "eucalyptus", "olive", "rubber plant"}},
	"tropics": {tropics, []string{"monstera", "palm", "jungle"}},
	"trees":   {trees, []string{"autumn tree", "winter tree", "blossom tree"}},
	"cutouts": {cutouts, []string{"seaweed", "collage", "pebble forms"}},

	"meadow":  {meadow, []string{"wildflowers", "poppies", "daisies"}},
	"bouquet": {bouquet, []string{"mixed bouquet", "tulips", "dahlias", "anemones"}},
	"blooms":  {blooms, []string{"flower carpet", "poppy field", "rose garden"}},
	"folk":    {folk, []string{"flower pot", "heart tree", "two birds"}},

	"still life": {stillLife, []string{"lemons", "pears", "figs", "vessels"}},
	"citrus":     {citrus, []string{"lemons", "oranges", "slices"}},
	"town":       {town, []string{"hill town", "harbour", "skyline", "rooftops"}},

	"birds": {birds, []string{"songbirds", "flock", "crane"}},
	"fish":  {fishes, []string{"shoal", "koi"}},
	"cats":  {cats, []string{"sitting cat", "window cat", "sleeping cat", "two cats"}},
	"moths": {moths, []string{"moth", "collection"}},

	"brush": {brushwork, []string{"circle", "bamboo", "ink mountains", "crossing strokes"}},

	"mountains": {mountains, []string{"dawn", "lake", "pines", "night"}},
	"sea":       {sea, []string{"swell", "regatta", "lighthouse", "gulls"}},
	"fields":    {fields, []string{"farm", "cypresses", "orchard"}},
	"desert":    {desert, []string{"cactus", "mesa", "dunes"}},
	"forest":    {forest, []string{"fog", "deer", "birches"}},
}

// Subjects returns what a style can draw. It panics on an unknown style.
func Subjects(name string) []string {
	st, ok := styles[name]
	if !ok {
		panic("atelier: no style named " + name)
	}
	return st.subjects
}
