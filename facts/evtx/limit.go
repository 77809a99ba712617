package evtx

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
