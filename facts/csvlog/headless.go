package csvlog

// headless recognises the two forms without a line of names.
//
// The tool dumpel of the Windows NT Resource Kit writes, with tabs: date, time,
// type, category and event as numbers, source, user, computer, and the strings
// of the event. Event Viewer up to Windows XP saves a log with commas or tabs
// as: date, time, source, type, category, event, user, computer, description.
// Both write dates as the host shows them.
func headless(head []byte, delim, eol byte) layout {
	forms := []layout{
		headlessLayout(delim, eol, tailLines, []column{
			{"Date", day},
			{"Time", clock},
			{"Type", level},
			{"Category", category},
			{"Event", event},
			{"Source", source},
			{"User", other},
			{"Computer", host},
			{"Strings", message},
		}),
		headlessLayout(delim, eol, tailCommas, []column{
			{"Date", day},
			{"Time", clock},
			{"Source", source},
			{"Type", level},
			{"Category", category},
			{"Event", event},
			{"User", other},
			{"Computer", host},
			{"Description", message},
		}),
	}
	forms[0].legacy = true
	if delim != '\t' {
		forms = forms[1:]
	}
	for _, l := range forms {
		all, whole := 0, 0
		eachRow(head, &l, func(r *row) {
			all++
			if l.headlessRow(r.fields) {
				whole++
			}
		})
		if l.sure = whole > 0 && whole*4 >= all*3; l.sure {
			return l
		}
	}
	return layout{}
}

func headlessLayout(delim, eol byte, rest tail, columns []column) layout {
	l := layout{delim: delim, eol: eol, tail: rest}
	l.setColumns(columns)
	l.least, l.most = len(columns)-1, maxColumns // an event may have no text
	return l
}

// headlessRow reports whether the row is one of the form.
func (l *layout) headlessRow(fields []field) bool {
	if !l.fits(len(fields)) {
		return false
	}
	text := func(r role) []byte { return fields[l.at[r]].text }
	var d date
	p := clockParser{s: text(day)}
	if !p.day(&d) || p.i != len(p.s) {
		return false
	}
	p = clockParser{s: text(clock)}
	if !p.clock(&d) || p.i != len(p.s) {
		return false
	}
	if _, ok := decimal(text(event)); !ok || len(text(source)) == 0 {
		return false
	}
	if !l.legacy {
		_, isNumber := decimal(text(level))
		return !isNumber
	}
	_, isType := eventType(text(level))
	_, isCategory := decimal(text(category))
	return isType && isCategory
}

// eventType is the name of the type of an event, which is a number in the old
// form.
func eventType(s []byte) (string, bool) {
	switch string(s) {
	case "0":
		return "success", true
	case "1":
		return "error", true
	case "2":
		return "warning", true
	case "4":
		return "information", true
	case "8":
		return "audit success", true
	case "16":
		return "audit failure", true
	}
	return "", false
}
