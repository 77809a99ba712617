package evtx

import (
	"encoding/binary"
	"strconv"
	"time"
)

const (
	ticks        = 10_000_000                    // a second has so many units of FILETIME
	unixEpoch    = 11_644_473_600                // seconds from 1601 to 1970
	lastFileTime = 2_650_467_744_000_000_000 - 1 // the last before the year 10000
)

// fileTime is the time of a FILETIME, counted in 100 ns from 1601, in UTC.
func fileTime(v uint64) time.Time {
	return time.Unix(int64(v/ticks)-unixEpoch, int64(v%ticks)*100).UTC()
}

// appendFileTime writes a FILETIME as Windows does in XML, with seven digits
// of a second. Values behind the year 9999 are no times and are written as
// numbers.
func appendFileTime(dst []byte, v uint64) []byte {
	seconds, rest := v/ticks, v%ticks
	days := int(seconds / 86400)
	year, month, day := civil(days)
	if year > 9999 {
		return appendHex(dst, v)
	}
	s := int(seconds % 86400)
	dst = appendDigits(dst, year, 4)
	dst = appendDigits(append(dst, '-'), month, 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	dst = appendDigits(append(dst, 'T'), s/3600, 2)
	dst = appendDigits(append(dst, ':'), s/60%60, 2)
	dst = appendDigits(append(dst, ':'), s%60, 2)
	dst = appendDigits(append(dst, '.'), int(rest), 7)
	return append(dst, 'Z')
}

// civil is the date so many days after 1601-01-01: years of 365 days and 400
// years of 146,097, counted from a March, so that leap days come last.
func civil(days int) (year, month, day int) {
	days += 306 // from 1600-03-01
	era := days / 146097
	d := days % 146097
	y := (d - d/1460 + d/36524 - d/146096) / 365
	d -= 365*y + y/4 - y/100
	m := (5*d + 2) / 153
	day = d - (153*m+2)/5 + 1
	month = m + 3
	year = 1600 + era*400 + y
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// appendSystemTime writes a SYSTEMTIME: eight numbers of 16 bits.
func appendSystemTime(dst, src []byte) []byte {
	at := func(i int) int { return int(binary.LittleEndian.Uint16(src[2*i:])) }
	dst = appendDigits(dst, at(0), 4)
	dst = appendDigits(append(dst, '-'), at(1), 2)
	dst = appendDigits(append(dst, '-'), at(3), 2) // 2 is the day of the week
	dst = appendDigits(append(dst, 'T'), at(4), 2)
	dst = appendDigits(append(dst, ':'), at(5), 2)
	dst = appendDigits(append(dst, ':'), at(6), 2)
	dst = appendDigits(append(dst, '.'), at(7), 3)
	return append(dst, 'Z')
}

// appendDigits writes v with at least n digits.
func appendDigits(dst []byte, v, n int) []byte {
	limit := 10
	for range n - 1 {
		if v < limit {
			dst = append(dst, '0')
		}
		limit *= 10
	}
	return strconv.AppendUint(dst, uint64(v), 10)
}
