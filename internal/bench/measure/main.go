//go:build linux

// Command measure times programs beside each other and prints a table.
//
//	measure -title TITLE -unit UNIT [-runs N] JOBS
//
// Each line of the file JOBS is a job: its name, how many units of work it
// does, and a command for sh, divided by tabs. The jobs run in turn, and then
// again, N times, so that what else happens on the machine hits all of them.
// The first job is the one that the others are compared with. What a job
// prints last is shown, so that it can be seen whether all found the same.
//
// Times are those that the kernel counts for the process and its children
// (wait4): user and system time. The least memory that can be seen is that of
// measure itself, some 10 MB.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type job struct {
	name    string
	units   float64
	command string
	runs    []run
	said    string // last line of output
	failed  string
}

type run struct {
	cpu, wall time.Duration
	memory    int64 // bytes
}

func main() {
	title := flag.String("title", "", "heading of the table")
	unit := flag.String("unit", "MB", "what the work is counted in")
	runs := flag.Int("runs", 5, "runs of each job")
	flag.Parse()
	if flag.NArg() != 1 || *runs < 1 {
		fmt.Fprintln(os.Stderr, "measure: one file of jobs is needed, and -runs above 0")
		os.Exit(2)
	}
	jobs, err := readJobs(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
	for n := range *runs {
		for i := range jobs {
			if j := &jobs[i]; j.failed == "" {
				fmt.Fprintf(os.Stderr, "%s: %s, run %d of %d\n", *title, j.name, n+1, *runs)
				j.run()
			}
		}
	}
	fmt.Print(table(*title, *unit, jobs))
}

func readJobs(path string) ([]job, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var jobs []job
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		fields := strings.SplitN(line, "\t", 3)
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s:%d: expected NAME, UNITS and COMMAND, divided by tabs", path, n+1)
		}
		units, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n+1, err)
		}
		jobs = append(jobs, job{name: fields[0], units: units, command: fields[2]})
	}
	return jobs, nil
}

func (j *job) run() {
	cmd := exec.Command("sh", "-c", j.command)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	if text := strings.TrimSpace(out.String()); text != "" {
		j.said = text[strings.LastIndexByte(text, '\n')+1:]
	}
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1 || complaint.Len() > 0) {
		// Exit code 1 without a word is how programs say what they found.
		j.failed = fmt.Sprintf("%v %s", err, strings.TrimSpace(complaint.String()))
		return
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	j.runs = append(j.runs, run{
		cpu:    cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		wall:   wall,
		memory: usage.Maxrss * 1024,
	})
}

// table writes the jobs as a table of Markdown.
func table(title, unit string, jobs []job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n| program | found | CPU s (least–most) | wall s | memory MB | %s/CPU s | first is faster |\n|---|---|--:|--:|--:|--:|--:|\n", title, unit)
	var first float64
	for i := range jobs {
		j := &jobs[i]
		if j.failed != "" || len(j.runs) == 0 {
			fmt.Fprintf(&b, "| %s | failed: %s | | | | | |\n", j.name, cell(j.failed))
			continue
		}
		cpu := sorted(j.runs, func(r run) float64 { return r.cpu.Seconds() })
		wall := sorted(j.runs, func(r run) float64 { return r.wall.Seconds() })
		memory := sorted(j.runs, func(r run) float64 { return float64(r.memory) / 1e6 })
		rate := j.units / median(cpu)
		if i == 0 {
			first = rate
		}
		ratio := ""
		if first > 0 {
			ratio = fmt.Sprintf("%.2f", first/rate)
		}
		fmt.Fprintf(&b, "| %s | %s | %.2f (%.2f–%.2f) | %.2f | %.0f | %s | %s |\n",
			j.name, cell(j.said), median(cpu), cpu[0], cpu[len(cpu)-1], median(wall), median(memory), significant(rate), ratio)
	}
	return b.String() + "\n"
}

// significant writes a rate with three digits that count.
func significant(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func sorted(runs []run, value func(run) float64) []float64 {
	var list []float64
	for _, r := range runs {
		list = append(list, value(r))
	}
	slices.SortFunc(list, cmp.Compare)
	return list
}

// median takes the lower of the two middle values of an even number.
func median(list []float64) float64 { return list[(len(list)-1)/2] }

// cell makes a text one that does not break the table.
func cell(text string) string {
	text = strings.NewReplacer("|", "/", "\n", " ").Replace(text)
	if len(text) > 120 {
		text = text[:120] + "..."
	}
	return text
}
