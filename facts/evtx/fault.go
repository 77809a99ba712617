package evtx

// fault is why something in a record could not be read.
type fault struct{ reason, text string }

// Reasons of damage.
const (
	badFile   = "evtx.bad-header"   // the header of the file is damaged or missing
	badChunk  = "evtx.bad-chunk"    // the header of a chunk is, or the chunk itself
	badSum    = "evtx.bad-checksum" // the records of a chunk are not as they were written
	badRecord = "evtx.bad-record"   // a record could not be read, or only in part
	overLimit = "evtx.limit"        // a record asks for more than any real one
	truncated = "evtx.truncated"    // the file ends before its end
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
