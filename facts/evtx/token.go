package evtx

// Tokens of binary XML, without the flag that more of the kind follow.
const (
	tokenEnd          = 0x00
	tokenOpen         = 0x01
	tokenCloseStart   = 0x02
	tokenCloseEmpty   = 0x03
	tokenCloseElement = 0x04
	tokenValue        = 0x05
	tokenAttribute    = 0x06
	tokenCDATA        = 0x07
	tokenCharRef      = 0x08
	tokenEntityRef    = 0x09
	tokenPITarget     = 0x0a
	tokenPIData       = 0x0b
	tokenTemplate     = 0x0c
	tokenNormal       = 0x0d
	tokenOptional     = 0x0e
	tokenFragment     = 0x0f
	tokenMore         = 0x40 // the flag
)

// Limits on what a record may ask for. What healthy logs hold is far below.
const (
	maxNesting       = 32      // templates within values of templates
	maxElements      = 64      // elements within elements
	maxValues        = 1024    // values of a template
	maxText          = 1 << 20 // bytes of text made from one record
	maxChunkText     = 1 << 25 // bytes of text made from one chunk
	maxChunkCompiled = 1 << 20 // bytes of templates looked at in one chunk
	maxKept          = 8 << 20 // bytes of compiled templates kept
	maxVariants      = 16      // templates kept with one GUID and size
	maxBinary        = 1024    // bytes of binary data shown in a text
	maxDamages       = 16      // damaged records named in one chunk; the others are counted
)

// fault is why something in a record could not be read.
type fault struct{ reason, text string }

// Reasons of damage.
const (
	badFile   = "evtx.bad-header"
	badChunk  = "evtx.bad-chunk"
	badSum    = "evtx.bad-checksum"
	badRecord = "evtx.bad-record"
	overLimit = "evtx.limit"
	truncated = "evtx.truncated"
)

var (
	faultEnd       = &fault{badRecord, "its binary XML ends in the middle"}
	faultToken     = &fault{badRecord, "its binary XML holds a token that does not belong there"}
	faultName      = &fault{badRecord, "a name in it leads out of the chunk"}
	faultNesting   = &fault{badRecord, "its elements are not closed in order"}
	faultTemplate  = &fault{badRecord, "its template leads out of the chunk"}
	faultValues    = &fault{badRecord, "its values end behind its end"}
	faultNone      = &fault{badRecord, "it holds no event"}
	faultSystem    = &fault{badRecord, "it has no part System; its values were read as text"}
	faultDepth     = &fault{overLimit, "its templates are nested more than 32 deep"}
	faultElements  = &fault{overLimit, "its elements are nested more than 64 deep"}
	faultManyValue = &fault{overLimit, "its template has more than 1,024 values"}
	faultCompile   = &fault{overLimit, "the templates of its chunk overlap and come to more than 1 MiB"}
	faultText      = &fault{overLimit, "its values come to more than 1 MiB of text, or those of its chunk to more than 32 MiB; the text was cut"}
)
