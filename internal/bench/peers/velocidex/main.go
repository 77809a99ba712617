// Command velocidex reads event logs with www.velocidex.com/golang/evtx and
// prints how many records there are, and which of them have the event number
// that is asked for.
//
//	velocidex [-event NUMBER] FILE...
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/Velocidex/ordereddict"
	"www.velocidex.com/golang/evtx"
)

func main() {
	wanted := flag.Int("event", -1, "event number to look for")
	flag.Parse()
	records, without := 0, 0
	var found []string
	for _, path := range flag.Args() {
		f, err := os.Open(path)
		if err != nil {
			fail(err)
		}
		chunks, err := evtx.GetChunks(f)
		if err != nil {
			fail(fmt.Errorf("%s: %w", path, err))
		}
		for _, chunk := range chunks {
			list, err := chunk.Parse(0)
			if err != nil {
				fail(fmt.Errorf("%s: %w", path, err))
			}
			for _, r := range list {
				records++
				switch id, ok := number(r.Event); {
				case !ok:
					without++
				case id == *wanted:
					found = append(found, fmt.Sprint(r.Header.RecordID))
				}
			}
		}
		f.Close()
	}
	fmt.Printf("%d records", records)
	if without > 0 {
		fmt.Printf(", %d without number", without)
	}
	if *wanted >= 0 {
		fmt.Printf(", event %d: %s", *wanted, strings.Join(append(found, "none")[:max(1, len(found))], " "))
	}
	fmt.Println()
}

// number returns the EventID of a record.
func number(event any) (int, bool) {
	d, ok := event.(*ordereddict.Dict)
	if !ok {
		return 0, false
	}
	e, ok := ordereddict.GetMap(d, "Event")
	if !ok {
		return 0, false
	}
	s, ok := ordereddict.GetMap(e, "System")
	if !ok {
		return 0, false
	}
	id, ok := ordereddict.GetMap(s, "EventID")
	if !ok {
		return ordereddict.GetInt(s, "EventID")
	}
	return ordereddict.GetInt(id, "Value")
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "velocidex:", err)
	os.Exit(1)
}
