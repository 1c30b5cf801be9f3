package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// figures are the metrics of each benchmark, one for each time that it ran.
type figures map[string]map[string][]float64

var result = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// take reads a line that is the result of a benchmark, and passes over others.
func (f figures) take(line string) {
	found := result.FindStringSubmatch(line)
	if found == nil {
		return
	}
	name, words := found[1], strings.Fields(found[2])
	if f[name] == nil {
		f[name] = map[string][]float64{}
	}
	for i := 0; i+1 < len(words); i += 2 {
		if value, err := strconv.ParseFloat(words[i], 64); err == nil {
			f[name][words[i+1]] = append(f[name][words[i+1]], value)
		}
	}
}

// lookup returns figures to a row, and remembers which are not there.
type lookup struct {
	figures figures
	missing []string
}

// get is the median of a metric of the benchmark with that name.
func (l *lookup) get(benchmark, metric string) float64 {
	all := slices.Sorted(slices.Values(l.figures[benchmark][metric]))
	if len(all) == 0 {
		l.missing = append(l.missing, benchmark+" "+metric)
		return 0
	}
	return all[len(all)/2]
}

// span is the least and the most of a metric among the parts of a benchmark.
func (l *lookup) span(benchmark, metric string) (least, most float64) {
	var all []float64
	for name := range l.figures {
		if strings.HasPrefix(name, benchmark+"/") {
			all = append(all, l.get(name, metric))
		}
	}
	if len(all) == 0 {
		l.missing = append(l.missing, benchmark+" "+metric)
		return 0, 0
	}
	return slices.Min(all), slices.Max(all)
}
