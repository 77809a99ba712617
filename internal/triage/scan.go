package triage

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/archive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/scan"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// ScanRequest is what one scan is made from.
type ScanRequest struct {
	Paths    []string
	Set      []string      // --set KEY=VALUE: holds for every host
	Gap      time.Duration // without a hit that ends a session
	Top      int           // diagnoses listed of a case; 0 means all
	Workers  int           // 0 means one a processor; changes nothing but the time
	Redact   *Redactor     // --redact, or nil; the state keeps what was read as it is
	State    string        // folder in which finished work is kept, or ""
	Resume   bool          // go on with what is there
	Progress *scan.Progress
	Begin    func(total int64) // is told the bytes of all files before they are read; may be nil
	Note     func(text string) // is told what does not belong to the result; may be nil
}

// DefaultGap is how long a product is silent before its next record begins
// another session.
const DefaultGap = 30 * time.Minute

// scanned is everything that reading gave.
type scanned struct {
	tally    *tally.Tally
	sources  []facts.Source
	problems []facts.Problem
	looked   map[string]*intake.Looked
	systems  []scan.System
	lines    map[string][]scan.Lines
	bundled  []scan.Host
	cases    []scan.Case
	roots    []string
}

// Scan reads the paths and gives one differential for each host and case. Where
// the context ends, the result is that of what was read until then, together
// with the error of the context.
func (k *Knowledge) Scan(ctx context.Context, q *ScanRequest) (*result.Fleet, error) {
	settings, err := Settings(q.Set, k.Set, "--set")
	if err != nil {
		return nil, err
	}
	filter, unbounded, err := k.Base.Filter()
	if err != nil {
		return nil, err
	}
	q.Gap = cmp.Or(q.Gap, DefaultGap)
	if q.Progress == nil {
		q.Progress = &scan.Progress{}
	}
	reader := &scan.Reader{
		Filter: filter, Gap: q.Gap, Progress: q.Progress,
		Opener: intake.Opener{Many: true, Gate: archive.NewGate()}, // each file has a budget of its own, so that the workers' timing decides nothing
	}
	all := &scanned{problems: []facts.Problem{}, sources: []facts.Source{}, tally: tally.New(q.Gap), looked: map[string]*intake.Looked{}, lines: map[string][]scan.Lines{}, roots: q.Paths}
	items := all.list(ctx, q.Paths, q.State, reader)
	if q.Begin != nil {
		total := int64(0)
		for _, it := range items {
			total += it.Bytes()
		}
		q.Begin(total)
	}
	state, err := openState(q, k.Base.Hash())
	if err != nil {
		return nil, err
	}
	defer state.close()
	left, interrupted := all.read(ctx, items, reader, state, workers(q.Workers))
	if state.err != nil && q.Note != nil {
		q.Note("--state: " + state.err.Error() + "; what was finished since then is read again when the scan goes on")
	}
	for _, path := range left {
		delete(all.looked, path)
	}
	if interrupted != nil {
		all.problems = append(all.problems, facts.Problem{
			Source: "kbtriage", Stage: "read", Reason: "interrupted",
			Text: "interrupted: only what was read until then was looked at; " + unreadFiles(left) + state.advice(),
		})
	}
	return k.fleet(all, settings, unbounded, q), interrupted
}

func workers(n int) int {
	if n == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n
}

// list finds the files under the paths, in the order of their names, and
// divides them into items. Links are not followed, and the folder of the state is
// passed over.
func (all *scanned) list(ctx context.Context, paths []string, state string, r *scan.Reader) (items []scan.Item) {
	own := ""
	if state != "" {
		own = absolute(state)
	}
	seen := map[string]bool{}
	for _, root := range paths {
		walk := root
		if info, err := os.Stat(root); err == nil && info.IsDir() && !os.IsPathSeparator(root[len(root)-1]) {
			walk += string(filepath.Separator) // a link that is named itself is followed
		}
		files, before := 0, len(all.problems)
		err := filepath.WalkDir(walk, func(path string, d fs.DirEntry, err error) error {
			path = filepath.Clean(path)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				all.problems = append(all.problems, intake.Unreadable(path, err))
				if d != nil && d.IsDir() {
					return fs.SkipDir
				}
			case d.IsDir() && absolute(path) == own:
				return fs.SkipDir // what an earlier scan kept is no evidence
			case d.IsDir():
			case seen[absolute(path)]:
				files++
			case d.Type()&fs.ModeSymlink != 0 && path != filepath.Clean(root):
				if p, outside := intake.Link(root, path); outside {
					all.problems = append(all.problems, p)
				}
			default:
				info, err := os.Stat(path)
				if err != nil {
					all.problems = append(all.problems, intake.Unreadable(path, err))
					all.sources = append(all.sources, facts.Source{Path: path, Format: "unread", Skipped: 1})
					return nil
				}
				seen[absolute(path)] = true
				files++
				items = append(items, r.Divide(ctx, path, info)...)
			}
			return nil
		})
		if err == nil && files == 0 && len(all.problems) == before {
			all.problems = append(all.problems, facts.Problem{
				Source: root, Stage: "open", Reason: "folder.empty",
				Text: "the folder holds no files, so nothing was looked at; check that it is the folder with the logs",
			})
		}
	}
	return items
}

// absolute is the path from the root, by which one file is known under any name.
func absolute(path string) string {
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}

// read reads the items, several at a time, and merges what they give; left are
// the files that were not read to their end. Merging is the same in any order.
func (all *scanned) read(ctx context.Context, items []scan.Item, r *scan.Reader, state *state, workers int) (left []string, err error) {
	var (
		done = map[scan.Item]bool{}
		mu   sync.Mutex
		wg   sync.WaitGroup
		next = make(chan scan.Item)
	)
	for range workers {
		wg.Go(func() {
			for it := range next {
				part, known := state.finished(it)
				var err error
				if !known {
					part, err = r.Read(ctx, it)
				} else {
					r.Progress.Bytes.Add(it.Bytes())
				}
				mu.Lock()
				if err == nil && !known {
					state.keep(part)
				}
				done[it] = err == nil
				all.merge(part)
				mu.Unlock()
			}
		})
	}
	for _, it := range items {
		if ctx.Err() != nil {
			break
		}
		next <- it
	}
	close(next)
	wg.Wait()
	for _, it := range items {
		if !done[it] && (len(left) == 0 || left[len(left)-1] != it.Path) {
			left = append(left, it.Path)
		}
	}
	return left, ctx.Err()
}

// unreadFiles names the files that were not read to their end.
func unreadFiles(left []string) string {
	const most = 10
	if len(left) == 0 {
		return "all files were read"
	}
	names := strings.Join(left[:min(len(left), most)], ", ")
	if len(left) > most {
		names += fmt.Sprintf(" and %d more", len(left)-most)
	}
	return "not read to their end: " + names
}

// merge adds what an item gave.
func (all *scanned) merge(p *scan.Part) {
	all.tally.Merge(p.Tally)
	all.sources = append(all.sources, p.Sources...)
	all.problems = append(all.problems, p.Problems...)
	all.systems = append(all.systems, p.Systems...)
	all.bundled = append(all.bundled, p.Hosts...)
	all.cases = append(all.cases, p.Cases...)
	for _, l := range p.Lines {
		all.lines[l.Path] = append(all.lines[l.Path], l)
	}
	for _, l := range p.Looked {
		if have := all.looked[l.Path]; have != nil {
			have.Merge(l)
		} else {
			all.looked[l.Path] = l
		}
	}
}

// settle brings what was gathered into an order that does not depend on when
// items were finished, and joins the stretches of a file.
func (all *scanned) settle() {
	byPath := map[string]*facts.Source{}
	var order []*facts.Source
	for i := range all.sources {
		s := &all.sources[i]
		have := byPath[s.Path]
		if have == nil {
			byPath[s.Path] = s
			order = append(order, s)
			continue
		}
		have.Bytes, have.Records, have.Skipped = have.Bytes+s.Bytes, have.Records+s.Records, have.Skipped+s.Skipped
		if have.Format == "unread" {
			have.Format = s.Format
		}
	}
	sources := make([]facts.Source, len(order))
	for i, s := range order {
		sources[i] = *s
	}
	all.sources = sources
	slices.SortFunc(all.sources, func(a, b facts.Source) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(all.problems, func(a, b facts.Problem) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.At, b.At), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Text, b.Text),
			cmp.Compare(a.Read, b.Read), cmp.Compare(a.Lost, b.Lost))
	})
	all.problems = slices.Compact(all.problems)
	for _, p := range all.problems { // of a log that was not read whole nothing can be said to be missing
		delete(all.looked, p.Source)
	}
	slices.SortFunc(all.systems, func(a, b scan.System) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Name, b.Name)) })
	slices.SortFunc(all.cases, func(a, b scan.Case) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(all.bundled, func(a, b scan.Host) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Name, b.Name)) })
	for _, list := range all.lines {
		slices.SortFunc(list, func(a, b scan.Lines) int { return cmp.Compare(a.From, b.From) })
	}
	dropped, old := all.tally.Lost()
	if dropped > 0 {
		all.problems = append(all.problems, facts.Problem{
			Source: "kbtriage", Stage: "read", Reason: "scan.too-many", Read: all.tally.Records, Lost: dropped,
			Text: fmt.Sprintf("%d of %d records that rules may want were not kept: there are more different ones than fit into memory; scan fewer hosts at a time", dropped, all.tally.Records),
		})
	}
	if old > 0 {
		all.problems = append(all.problems, facts.Problem{
			Source: "kbtriage", Stage: "read", Reason: "scan.too-old", Read: all.tally.Records, Lost: old,
			Text: fmt.Sprintf("%d of %d records that rules may want were only counted: what was met often is kept of its latest stretches of time; scan older logs apart, or with a longer --gap", old, all.tally.Records),
		})
	}
}

// line is the number of the line that an occurrence is in: that in its stretch
// of the file, and the lines of the stretches before. Two members of an archive
// that have one name are no stretches of one file.
func (all *scanned) line(path string, o tally.Occurrence) int {
	line := o.Line
	for i, stretches := 0, all.lines[path]; i+1 < len(stretches) && stretches[i+1].From <= o.Offset; i++ {
		if stretches[i+1].From > 0 {
			line += int(stretches[i].Count)
		}
	}
	return line
}
