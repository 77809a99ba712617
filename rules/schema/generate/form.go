package main

// What follows is the form of a rule file: the keys that an author writes, in the
// order in which they usually stand. The comments are the descriptions that an editor shows.

// ruleFile is a rule: one known error with its symptoms, its cause and what to do.
type ruleFile struct {
	// Version of this format.
	Schema int `json:"schema" jsonschema:"enum=1,example=1"`
	// Identity of the rule: product/name, in lower case letters, digits, ".", "_" and "-". An id is never used again for something else.
	ID ruleID `json:"id"`
	// Version of the rule, from 1; 1 where it is not given. It grows with each change.
	Version int `json:"version,omitempty" jsonschema:"minimum=1,maximum=1073741824,example=2"`
	// One line: what a person sees in a list.
	Title string `json:"title" jsonschema:"minLength=1,example=The print queue stands still"`
	// draft: work in progress. imported: made from an article or a foreign rule; it gives way to a stable one. stable: reviewed and tested. retired: never evaluated, keeps its id taken.
	Status string `json:"status" jsonschema:"enum=draft,enum=imported,enum=stable,enum=retired,example=stable"`
	// Where the known error is described.
	Refs oneOrMany[ref] `json:"refs,omitempty"`
	// With true it shows while something is set up: of several runs in the logs of a host, a scan reports the last.
	Setup bool `json:"setup,omitempty"`
	// Environments in which the cause can exist; they are alternatives. Without it the rule can hold anywhere.
	AppliesTo oneOrMany[applies] `json:"applies_to,omitempty"`
	// Values that probes and texts need, by their names. What is not known is asked for.
	Inputs named[input] `json:"inputs,omitempty"`
	// What brings a person in, by names of your choice. The rule is listed only if one of them is seen.
	Symptoms named[symptom] `json:"symptoms,omitempty"`
	// What shows the cause itself, by names of your choice. Only a proof confirms a diagnosis; it is ruled out when all were looked for and are missing.
	Proof named[proof] `json:"proof,omitempty"`
	// Why it happens, in a few sentences. It may hold placeholders; an imported rule may have none.
	Cause string `json:"cause,omitempty" jsonschema:"minLength=1,example=The spooler keeps each page in memory until the job ends."`
	// What to do.
	Resolution resolution `json:"resolution"`
	// The running text of the known error, for people and for the words of their tickets.
	Article article `json:"article,omitempty"`
}

// ref is where the known error is described: one of the keys.
type ref struct {
	// Number of an article; commands take it in place of the id of the rule.
	KB string `json:"kb,omitempty" jsonschema:"minLength=1,example=Q263029"`
	// Number of an RFC.
	RFC int `json:"rfc,omitempty" jsonschema:"minimum=1,maximum=99999,example=2136"`
	// Address of a page.
	URL string `json:"url,omitempty" jsonschema:"minLength=1,example=https://support.example.com/kb/4711"`
}

// environment is what a host and its product are. All keys must hold.
type environment struct {
	// Name of the product. It fits when all its words are in the name that the case has.
	Product string `json:"product,omitempty" jsonschema:"minLength=1,example=Exchange Server"`
	// Versions of the product: bounds that all hold, or one version, which does not exclude newer ones.
	Version version `json:"version,omitempty"`
	// Operating system, compared by its words.
	OS string `json:"os,omitempty" jsonschema:"minLength=1,example=Windows 2000"`
	// Role of the host.
	Role string `json:"role,omitempty" jsonschema:"minLength=1,example=cluster node"`
}

// applies is an environment in which the cause can exist.
type applies struct {
	environment
	// The version in which the cause was corrected. A case at or above it excludes the rule.
	FixedIn version `json:"fixed_in,omitempty"`
}

// input is a value that probes and texts need.
type input struct {
	// endpoint: a name and an address, given as NAME.name and NAME.address. value: one value, given as NAME.
	Kind string `json:"kind" jsonschema:"enum=endpoint,enum=value,example=endpoint"`
	// How to ask for it: a text for a value; for an endpoint a question for its name and one for its address.
	Ask inputQuestion `json:"ask"`
}

// endpointQuestions is the questions for an endpoint.
type endpointQuestions struct {
	// The question for the name.
	Name string `json:"name" jsonschema:"minLength=1,example=Network name of the mail server"`
	// The question for the address that it should have.
	Address string `json:"address" jsonschema:"minLength=1,example=IP address of the mail server"`
}

// condition is what is looked for. Several keys are alternatives that show the same thing; any and all stand alone.
type condition struct {
	// An error code in any notation, or several of which any shows the symptom.
	Code oneOrMany[code] `json:"code,omitempty"`
	// A record of an event log: its number, or a mapping.
	Event eventForm `json:"event,omitempty"`
	// A message as the system prints it, or several. <word> stands for up to 200 bytes of any text.
	Text oneOrMany[messageText] `json:"text,omitempty"`
	// What must be known of the host or its product.
	Environment *environment `json:"environment,omitempty"`
	// Events together in time.
	Correlate *correlate `json:"correlate,omitempty"`
	// What the DNS servers are asked; it needs a when.
	Probe *probe `json:"probe,omitempty"`
	// A condition over the facts, in expr. It is checked when the rule is loaded.
	When string `json:"when,omitempty" jsonschema:"minLength=1,maxLength=4096,example=len(dns.missing) > 0"`
	// A question to a person, answered with yes or no.
	Ask string `json:"ask,omitempty" jsonschema:"minLength=1,example=Does the service start by hand?"`
	// With ask: the key of the answer. Two symptoms with one key are asked once.
	Key string `json:"key,omitempty" jsonschema:"minLength=1,example=spooler.starts_by_hand"`
	// With ask: the answer that shows the symptom; yes where it is not given.
	Seen string `json:"seen,omitempty" jsonschema:"enum=yes,enum=no,example=no"`
	// A group of alternatives, by names: seen when a member is, missing when every member is.
	Any named[condition] `json:"any,omitempty"`
	// A group, by names: seen when every member is, missing when one is.
	All named[condition] `json:"all,omitempty"`
}

// symptom is something that the cause shows, and how it speaks for the cause.
type symptom struct {
	// How strongly the symptom can point at this cause, from 1 (hardly) to 5 (nothing else shows it).
	Suggests int `json:"suggests" jsonschema:"minimum=1,maximum=5,example=4"`
	// How often the cause shows the symptom, from 1 (seldom) to 5 (nearly always).
	Expected int `json:"expected" jsonschema:"minimum=1,maximum=5,example=4"`
	condition
}

// proof is what shows the cause itself.
type proof struct {
	// How strongly it can point at this cause, from 1 (hardly) to 5 (nothing else shows it).
	Suggests int `json:"suggests" jsonschema:"minimum=1,maximum=5,example=5"`
	// How often the cause shows it, from 1 (seldom) to 5 (nearly always).
	Expected int `json:"expected" jsonschema:"minimum=1,maximum=5,example=5"`
	// With true the proof alone is reason enough to list the rule.
	Presents bool `json:"presents,omitempty"`
	condition
}

// eventMapping is a record of an event log. It needs an id or a source.
type eventMapping struct {
	// Number of the event, or several of which any will do.
	ID oneOrMany[eventNumber] `json:"id,omitempty"`
	// Source of the event, compared by its letters and digits.
	Source string `json:"source,omitempty" jsonschema:"minLength=1,example=MSExchangeIMC"`
	// The log. With it the event is missing where that log was read whole.
	Log string `json:"log,omitempty" jsonschema:"minLength=1,example=Application"`
	// Category of the event.
	Category string `json:"category,omitempty" jsonschema:"minLength=1,example=Initialization/Termination"`
}

// correlate is a pattern of events in event time.
type correlate struct {
	// Each of these must occur.
	Events oneOrMany[eventForm] `json:"events"`
	// In this order.
	Ordered bool `json:"ordered,omitempty"`
	// So many occurrences of each; 1 where it is not given.
	AtLeast int `json:"at_least,omitempty" jsonschema:"minimum=1,maximum=1000000,example=3"`
	// From the first to the last, as 90s, 5m or 2h; any time where it is not given.
	Within string `json:"within,omitempty" jsonschema:"pattern=^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$,example=10m"`
	// And none of these from the first event on, for as long as within says.
	Without eventForm `json:"without,omitempty"`
	// The events may be of different hosts.
	AnyHost bool `json:"any_host,omitempty"`
}

// probe is what the DNS servers are asked about the endpoints of the case: exactly one of the keys.
type probe struct {
	// Records of the names, and the state of the servers.
	DNS *dnsProbe `json:"dns,omitempty"`
	// The order in which the servers are asked.
	Resolvers *namesProbe `json:"resolvers,omitempty"`
	// Whether the zone accepts dynamic updates.
	Update *namesProbe `json:"update,omitempty"`
}

// namesProbe is about some endpoints.
type namesProbe struct {
	// The endpoint inputs that it is about; all means every endpoint of the case.
	Names oneOrMany[inputName] `json:"names"`
}

// dnsProbe is about records of some endpoints.
type dnsProbe struct {
	// The endpoint inputs that it is about; all means every endpoint of the case.
	Names oneOrMany[inputName] `json:"names"`
	// A (where it is not given) for addresses, PTR for reverse records.
	Type string `json:"type,omitempty" jsonschema:"enum=A,enum=PTR,example=PTR"`
	// any (where it is not given) or local: with it a wrong address counts only at the local DNS.
	Server string `json:"server,omitempty" jsonschema:"enum=any,enum=local,example=local"`
}

// resolution is what to do.
type resolution struct {
	// fix (where it is not given), workaround, by-design, or none when no solution is known.
	Kind string `json:"kind,omitempty" jsonschema:"enum=fix,enum=workaround,enum=by-design,enum=none,example=workaround"`
	// Instructions, one after the other: a text each, or a mapping.
	Steps oneOrMany[stepForm] `json:"steps,omitempty"`
	// Steps below a heading, behind those that all have: ways of which one is taken, or one for each system.
	Ways oneOrMany[way] `json:"ways,omitempty"`
	// Symptoms, proofs or members of groups that must be gone afterwards.
	Verify oneOrMany[symptomName] `json:"verify,omitempty"`
}

// stepMapping is an instruction with a condition.
type stepMapping struct {
	// The instruction; it may hold placeholders.
	Do string `json:"do" jsonschema:"minLength=1,example=Add the host records: {{ dns_records no_record }}"`
	// A symptom, proof or member: the step is left out when that is missing.
	If string `json:"if,omitempty" jsonschema:"minLength=1,example=no_record"`
}

// way is steps below a heading.
type way struct {
	// What stands above the steps; two ways have two names.
	Name string `json:"name" jsonschema:"minLength=1,example=On the server"`
	// Its steps, as those of the resolution.
	Steps oneOrMany[stepForm] `json:"steps"`
}

// article is the running text of a known error.
type article struct {
	// What a person sees.
	Symptoms string `json:"symptoms,omitempty" jsonschema:"minLength=1,example=Documents stay in the queue."`
	// More that is known.
	Notes string `json:"notes,omitempty" jsonschema:"minLength=1,example=It was seen with drivers before 2.1 only."`
	// Articles that it refers to.
	Related oneOrMany[reference] `json:"related,omitempty"`
	// Words under which it was filed.
	Words oneOrMany[keyword] `json:"words,omitempty"`
	// Which article an imported rule was made from; the import writes it.
	Origin *origin `json:"origin,omitempty"`
}

// origin is the article that an imported rule was made from.
type origin struct {
	// The article, below the folder that was imported.
	File string `json:"file" jsonschema:"minLength=1,example=print/KB4711.md"`
	// Hash of the article.
	SHA256 string `json:"sha256" jsonschema:"minLength=1,example=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	// Hash of the file as it was made, with zeros in this place: another one shows that it was edited.
	Made string `json:"made" jsonschema:"minLength=1,example=60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"`
	// Which lines of the article are what.
	Parts oneOrMany[partLines] `json:"parts,omitempty"`
	// What was odd about it.
	Flags oneOrMany[remark] `json:"flags,omitempty"`
}
