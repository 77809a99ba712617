package main

import (
	"strconv"
	"time"
)

// layout says how a log writes a time.
type layout struct {
	form     string // layout of package time without the fraction; formUnix is seconds since 1970
	mark     byte   // what divides seconds from the fraction
	fraction int    // digits of the fraction: 0, 3 or 6; -1 is milliseconds without leading zeros
}

const formUnix = "unix"

// clock is the time of a log. Most lines fall into the second of the line
// before them, so that each form is written once a second.
type clock struct {
	now     time.Time
	written [][]byte // by number of the layout; empty: not yet in this second
}

func newClock(start time.Time) *clock {
	return &clock{now: start, written: make([][]byte, len(stamps))}
}

func (c *clock) advance(d time.Duration) {
	before := c.now.Unix()
	c.now = c.now.Add(d)
	if c.now.Unix() != before {
		for i := range c.written {
			c.written[i] = c.written[i][:0]
		}
	}
}

// append writes the time in the layout of stamps[n].
func (c *clock) append(dst []byte, n int) []byte {
	l := &stamps[n].layout
	if len(c.written[n]) == 0 {
		if l.form == formUnix {
			c.written[n] = strconv.AppendInt(c.written[n], c.now.Unix(), 10)
		} else {
			c.written[n] = c.now.AppendFormat(c.written[n], l.form)
		}
	}
	dst = append(dst, c.written[n]...)
	ms := c.now.Nanosecond() / 1e6
	switch l.fraction {
	case 0:
	case -1:
		dst = strconv.AppendInt(append(dst, l.mark), int64(ms), 10)
	default:
		dst = append(dst, l.mark, byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
		for range l.fraction - 3 {
			dst = append(dst, '0')
		}
	}
	return dst
}
