package errcode

// The layouts of MS-ERREF 2.1 (HRESULT) and 2.3 (NTSTATUS).
//
//	HRESULT  S R C N X fffffffffff cccccccccccccccc
//	NTSTATUS S S C N ffffffffffff  cccccccccccccccc
//
// S severity, C customer, N maps an NTSTATUS into an HRESULT, f facility, c code.
const (
	bitCustomer = 1 << 29
	bitFromNT   = 1 << 28 // FACILITY_NT_BIT: HRESULT_FROM_NT sets it
)

// severity is the number in the top two bits. An HRESULT has one bit only, but
// with the reserved bit beside it 0xC... reads as error in both layouts.
func severity(v uint32) int { return int(v >> 30) }

var severityNames = [4]string{"success", "informational", "warning", "error"}

// severityName names the severity in the layout of the family.
func severityName(f Family, s int) string {
	if f == HRESULT && s >= 2 {
		return "error"
	}
	return severityNames[s&3]
}

func hresultFacility(v uint32) int  { return int(v >> 16 & 0x7FF) }
func ntstatusFacility(v uint32) int { return int(v >> 16 & 0xFFF) }

// hresultFacilityName names a facility as winerror.h does, without FACILITY_.
func hresultFacilityName(n int) string {
	t := table{entries: facilityTable[:]}
	if e, ok := t.find(uint32(n)); ok {
		return e.name[len("FACILITY_"):]
	}
	return ""
}

// ntstatusFacilityName names a facility as ntstatus.h does (MS-ERREF 2.3),
// without FACILITY_.
func ntstatusFacilityName(n int) string {
	switch n {
	case 0x00:
		return "NULL"
	case 0x01:
		return "DEBUGGER"
	case 0x02:
		return "RPC_RUNTIME"
	case 0x03:
		return "RPC_STUBS"
	case 0x04:
		return "IO_ERROR_CODE"
	case 0x06:
		return "CODCLASS_ERROR_CODE"
	case 0x07:
		return "NTWIN32"
	case 0x08:
		return "NTCERT"
	case 0x09:
		return "NTSSPI"
	case 0x0A:
		return "TERMINAL_SERVER"
	case 0x10:
		return "USB_ERROR_CODE"
	case 0x11:
		return "HID_ERROR_CODE"
	case 0x12:
		return "FIREWIRE_ERROR_CODE"
	case 0x13:
		return "CLUSTER_ERROR_CODE"
	case 0x14:
		return "ACPI_ERROR_CODE"
	case 0x15:
		return "SXS_ERROR_CODE"
	case 0x19:
		return "TRANSACTION"
	case 0x1A:
		return "COMMONLOG"
	case 0x1B:
		return "VIDEO"
	case 0x1C:
		return "FILTER_MANAGER"
	case 0x1D:
		return "MONITOR"
	case 0x1E:
		return "GRAPHICS_KERNEL"
	case 0x20:
		return "DRIVER_FRAMEWORK"
	case 0x21:
		return "FVE_ERROR_CODE"
	case 0x22:
		return "FWP_ERROR_CODE"
	case 0x23:
		return "NDIS_ERROR_CODE"
	case 0x35:
		return "HYPERVISOR"
	case 0x36:
		return "IPSEC"
	}
	return ""
}

// win32Code is a Win32 code as it appears inside another code. The codes of
// Windows Sockets are Win32 codes too, and known by their own family.
func win32Code(v uint32) Code {
	c := Code{Value: v, Literal: decimal(v), Family: Win32}
	if isWinsock(v) {
		c.Family = Winsock
	}
	return c
}

func isWinsock(v uint32) bool {
	_, ok := tableOf(Winsock).find(v)
	return ok
}

// nest fills in the codes that are inside the value of c: the Win32 code of an
// HRESULT with facility WIN32 (or of the NTSTATUS facility NTWIN32), the
// NTSTATUS of HRESULT_FROM_NT, the Win32 code of an Exchange 5.5 code.
func nest(c Code) Code {
	v := c.Value
	switch {
	case v>>16 == 0x8007 && v&0xFFFF != 0, v>>16 == 0xC007 && v&0xFFFF != 0:
		c.Nested = append(c.Nested, win32Code(v&0xFFFF))
	case v>>28 == 0xD && severity(v&^bitFromNT) == 3:
		if _, ok := tableOf(NTSTATUS).find(v &^ bitFromNT); ok {
			c.Nested = append(c.Nested, Code{Value: v &^ bitFromNT, Literal: hex(v &^ bitFromNT), Family: NTSTATUS})
		}
	case isExchange55(v):
		if _, ok := tableOf(NTSTATUS).find(v); !ok {
			c.Nested = append(c.Nested, win32Code(v&0xFFFF))
		}
	}
	return c
}
