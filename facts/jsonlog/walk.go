package jsonlog

import "bytes"

// A member is a value inside an object that is itself no object, with the names
// that lead to it.
type member struct {
	path []byte // joined by dots
	node int32
}

// A walker goes through the members of an object. It leaves out the names that
// only wrap: "Event" of the forms of Windows, "_source" of search results,
// "#attributes" and "#text" of converted XML.
type walker struct {
	b     []byte // the text of the object
	nodes []node
	path  []byte
	enter func(path []byte) bool // whether to go into an object; nil is yes
	visit func(m member)
}

func (w *walker) walk() {
	w.path = w.path[:0]
	w.inside(0, 0)
}

// inside visits the members of the node i. The path counts from base.
func (w *walker) inside(i int32, base int) {
	end := w.nodes[i].next
	mark := len(w.path)
	isObject := w.nodes[i].kind == object
	if !isObject && base < mark && w.named(i, base) {
		return
	}
	for j := i + 1; j < end; j = w.nodes[j].next {
		inner := base
		if isObject {
			inner = w.name(&w.nodes[j], base)
		}
		w.member(j, inner)
		w.path = w.path[:mark]
	}
}

func (w *walker) member(j int32, base int) {
	path := w.path[base:]
	switch w.nodes[j].kind {
	case object:
		if len(path) == 0 || w.enter == nil || w.enter(path) {
			w.inside(j, base)
		}
	case array:
		if !w.scalars(j) {
			if w.enter == nil {
				w.inside(j, base)
			}
			return
		}
		w.visit(member{path, j})
	default:
		w.visit(member{path, j})
	}
}

// name adds the name of n to the path, and says from where the path counts then.
func (w *walker) name(n *node, base int) int {
	key := w.b[n.keyStart:n.keyEnd]
	outer := w.path[base:]
	if len(key) > 0 && key[0] == '#' && (string(key) == "#attributes" || string(key) == "#text") && len(outer) > 0 {
		return base
	}
	if n.kind == object {
		switch string(key) {
		case "Event":
			if len(outer) == 0 || string(outer) == "document.data" {
				return len(w.path)
			}
		case "_source":
			if len(outer) == 0 {
				return base
			}
		}
	}
	if len(outer) == 0 {
		key = bytes.TrimPrefix(key, []byte("Event."))
	} else {
		w.path = append(w.path, '.')
	}
	if n.keyEscaped {
		w.path = unescape(w.path, key)
	} else {
		w.path = append(w.path, key...)
	}
	return base
}

// scalars reports whether the array i holds neither objects nor arrays.
func (w *walker) scalars(i int32) bool {
	for j := i + 1; j < w.nodes[i].next; j++ {
		if k := w.nodes[j].kind; k == object || k == array {
			return false
		}
	}
	return true
}

// named visits the array i if it holds pairs of a name and a value, as converted
// XML has them: {"@Name": "TargetUserName", "#text": "x"}.
func (w *walker) named(i int32, base int) bool {
	for j := i + 1; j < w.nodes[i].next; j = w.nodes[j].next {
		if _, _, ok := w.pair(j); !ok {
			return false
		}
	}
	mark := len(w.path)
	for j := i + 1; j < w.nodes[i].next; j = w.nodes[j].next {
		name, value, _ := w.pair(j)
		n := w.nodes[name]
		w.path = append(w.path, '.')
		w.path = unescape(w.path, w.b[n.start:n.end])
		w.visit(member{w.path[base:], value})
		w.path = w.path[:mark]
	}
	return true
}

func (w *walker) pair(i int32) (name, value int32, ok bool) {
	n := w.nodes[i]
	first, second := i+1, i+2
	if n.kind != object || n.next != i+3 || w.nodes[first].kind != text {
		return 0, 0, false
	}
	if k := w.nodes[second].kind; k == object || k == array {
		return 0, 0, false
	}
	switch w.key(first) {
	case "@Name", "Name":
	default:
		return 0, 0, false
	}
	switch w.key(second) {
	case "#text", "text", "Value":
		return first, second, true
	}
	return 0, 0, false
}

func (w *walker) key(i int32) string { return string(w.b[w.nodes[i].keyStart:w.nodes[i].keyEnd]) }
