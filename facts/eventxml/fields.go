package eventxml

// section is a part of an event.
type section uint8

const (
	none section = iota
	system
	rendering
	data // EventData, UserData and whatever else an event has
)

// field is an element whose text is a field of the record.
type field uint8

const (
	noField field = iota
	eventID
	recordID
	levelNumber
	channel
	computer
	message
	renderedLevel
	renderedTask
	renderedProvider
	renderedChannel
	fields
)

// maxValues bounds the values of one event.
const maxValues = 10_000

// event is what is used of an event, as pieces of the input that are not
// decoded.
type event struct {
	texts    [fields][]byte
	provider []byte
	time     []byte
	values   []value
	left     int // values that were more than maxValues
}

// value is a text in the data of an event.
type value struct{ name, text []byte }

func (e *event) reset() {
	*e = event{values: e.values[:0]}
}

// open takes the start of an element, whose name is on the stack.
func (p *parser) open(name, tag []byte) {
	switch len(p.names) {
	case 1:
		return
	case 2:
		p.section = sectionOf(name)
		p.name = local(name)
		if string(name) == "EventData" || string(name) == "UserData" {
			p.name = nil // text beside the values
		}
		return
	}
	switch p.section {
	case system:
		p.systemField(name, tag)
	case rendering:
		p.field = noField
		if len(p.names) == 3 {
			p.field = renderedField(name)
		}
	case data:
		p.name = local(name)
		switch string(p.name) {
		case "Data", "ComplexData":
			p.name = attribute(tag, "Name")
		}
	}
}

// close takes the end of the innermost element.
func (p *parser) close() {
	p.names = p.names[:len(p.names)-1]
	p.field = noField
	if len(p.names) == 1 {
		p.section = none
	}
	p.name = nil
	if p.section == data && len(p.names) > 2 {
		p.name = local(p.names[len(p.names)-1])
	}
}

// text takes the text between the last tag and the one at end.
func (p *parser) text(end int) {
	if p.run >= end {
		return
	}
	text := p.b[p.run:end]
	switch {
	case p.field != noField:
		if p.event.texts[p.field] == nil {
			p.event.texts[p.field] = text
		}
	case p.section != data || blank(text):
	case len(p.event.values) == maxValues:
		p.event.left++
	default:
		p.event.values = append(p.event.values, value{name: p.name, text: text})
	}
}

func sectionOf(name []byte) section {
	switch string(name) {
	case "System":
		return system
	case "RenderingInfo":
		return rendering
	}
	return data
}

func (p *parser) systemField(name, tag []byte) {
	p.field = noField
	if len(p.names) != 3 {
		return
	}
	switch string(name) {
	case "Provider":
		p.event.provider = attribute(tag, "Name")
	case "EventID":
		p.field = eventID
	case "Level":
		p.field = levelNumber
	case "TimeCreated":
		p.event.time = attribute(tag, "SystemTime")
	case "EventRecordID":
		p.field = recordID
	case "Channel":
		p.field = channel
	case "Computer":
		p.field = computer
	}
}

func renderedField(name []byte) field {
	switch string(name) {
	case "Message":
		return message
	case "Level":
		return renderedLevel
	case "Task":
		return renderedTask
	case "Provider":
		return renderedProvider
	case "Channel":
		return renderedChannel
	}
	return noField
}
