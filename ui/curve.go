package ui

import (
	"slices"

	"lethe/ui/chart"
	"lethe/ui/text"
)

// Curve is a small chart of one measure over steps: labels on the lines, a table
// under it.
type Curve struct {
	View
	Name     string // unique on the page
	Title    string
	Unit     string
	XName    string
	XMax     float64 // the axis ends here at least
	Decimals int
	Lines    []Line
	Level    *float64 // a value that must be on the scale
}

// Line is one series. Class says whose it is: before, after, retrain.
type Line struct {
	Name   string
	Class  string
	Points []chart.XY
}

// AxisTick is a number on an axis.
type AxisTick struct{ At, Label string }

// End is a label at the end of a line.
type End struct{ X, Y, Label, Class string }

// TableRow is a line of the table.
type TableRow struct {
	Head   string
	Cells  []string
	Tongue any // the attribute lang of the last cell
}

// TongueOf is the attribute lang of a cell, nil for most.
func (r TableRow) TongueOf(cell int) any {
	if cell == len(r.Cells)-1 {
		return r.Tongue
	}
	return nil
}

const yTicks, xTicks, tableRows = 4, 5, 40

// labelHeight is what a label takes of a small chart's height, in per cent.
const labelHeight = 10

// Open reports whether the table is shown.
func (c *Curve) Open() bool { return slices.Contains(c.S.Link.Tables, c.Name) }

func (c *Curve) x() chart.Scale {
	most := max(c.XMax, 1)
	for _, l := range c.Lines {
		for _, p := range l.Points {
			most = max(most, p.X)
		}
	}
	return chart.Scale{Min: 0, Max: most}
}

func (c *Curve) y() chart.Scale {
	var values []float64
	for _, l := range c.Lines {
		for _, p := range l.Points {
			values = append(values, p.Y)
		}
	}
	if c.Level != nil {
		values = append(values, *c.Level)
	}
	return chart.Nice(values, yTicks)
}

// YTicks and XTicks are the axes' numbers.
func (c *Curve) YTicks() []AxisTick {
	s := c.y()
	var ticks []AxisTick
	for _, v := range s.Ticks(yTicks) {
		ticks = append(ticks, AxisTick{chart.Percent(100 - s.At(v)), c.Num(text.Fixed(v, s.Decimals(yTicks)))})
	}
	return ticks
}

func (c *Curve) XTicks() []AxisTick {
	s := c.x()
	var ticks []AxisTick
	for _, v := range s.Ticks(xTicks) {
		ticks = append(ticks, AxisTick{chart.Percent(s.At(v)), c.Num(text.Fixed(v, s.Decimals(xTicks)))})
	}
	return ticks
}

// Path is a line's d attribute.
func (c *Curve) Path(l Line) string { return chart.Path(l.Points, c.x(), c.y()) }

// Ends labels each line with its name, where there are several, and its last value.
func (c *Curve) Ends() []End {
	var ends []End
	var heights []float64
	for _, l := range c.Lines {
		if len(l.Points) == 0 {
			continue
		}
		p := l.Points[len(l.Points)-1]
		label := c.Num(text.Fixed(p.Y, c.Decimals))
		if len(c.Lines) > 1 {
			label = l.Name + " " + label
		}
		ends = append(ends, End{X: chart.Percent(c.x().At(p.X)), Label: label, Class: l.Class})
		heights = append(heights, 100-c.y().At(p.Y))
	}
	for k, y := range chart.Apart(heights, labelHeight) {
		ends[k].Y = chart.Percent(y)
	}
	return ends
}

// Rows is the table, thinned evenly where it would be long.
func (c *Curve) Rows() []TableRow {
	var steps []float64
	for _, l := range c.Lines {
		for _, p := range l.Points {
			if !slices.Contains(steps, p.X) {
				steps = append(steps, p.X)
			}
		}
		if len(c.Lines) == 1 {
			break
		}
	}
	slices.Sort(steps)
	var rows []TableRow
	for _, x := range chart.Thin(steps, tableRows) {
		row := TableRow{Head: text.Fixed(x, 0)}
		for _, l := range c.Lines {
			cell := "–"
			if i := slices.IndexFunc(l.Points, func(p chart.XY) bool { return p.X == x }); i >= 0 {
				cell = c.Num(text.Fixed(l.Points[i].Y, c.Decimals))
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// Summary is the chart in a sentence.
func (c *Curve) Summary() string {
	s := c.Title
	for _, l := range c.Lines {
		if n := len(l.Points); n > 0 {
			s += ". " + c.T("chart.summary", l.Name, text.Fixed(l.Points[0].Y, c.Decimals), text.Fixed(l.Points[n-1].Y, c.Decimals), text.Int(n))
		}
	}
	return s
}
