package errcode

// Exchange 4.0 to 5.5 report what a Win32 call of theirs returned as an error of
// facility 2: 0xC00203E5 is 997, 0xC002052E is 1326, 0xC002041D is 1053. An
// NTSTATUS of the RPC run time has the same facility and starts counting at
// 0xC0020001, so that such a value has two readings, and only the product tells
// which of them is meant.
const exchangeFacility = 2

// isExchange55 reports whether v may be such a code: 0xC002xxxx, with a Win32
// code that exists.
func isExchange55(v uint32) bool {
	if v>>16 != 0xC002 || v&0xFFFF == 0 {
		return false
	}
	if _, ok := tableOf(Win32).find(v & 0xFFFF); ok {
		return true
	}
	return isWinsock(v & 0xFFFF)
}
