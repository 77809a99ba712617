package errcode

import "strings"

// read is the reading of a value in a family, known or not.
func read(f Family, v uint32) (Reading, bool) {
	switch f {
	case SMTP:
		return smtpReading(v)
	case SMTPEnhanced:
		return enhancedReading(v)
	case Exchange55:
		return Reading{
			Family: Exchange55, Severity: severity(v), SeverityName: severityName(Exchange55, severity(v)),
			Facility: exchangeFacility, FacilityName: "Exchange 5.5", Code: v & 0xFFFF,
		}, isExchange55(v)
	}
	e, ok := tableOf(f).find(v)
	e.value = v
	return reading(f, e, ok), ok
}

// reading takes a value apart in the layout of its family.
func reading(f Family, e entry, known bool) Reading {
	v := e.value
	r := Reading{Family: f, Name: e.name, Text: e.text, Code: v}
	switch f {
	case HRESULT:
		r.Severity = int(v >> 31)
		if v>>30 == 3 {
			r.Severity = 3
		}
		r.Customer = v&bitCustomer != 0
		r.Facility = hresultFacility(v)
		r.FacilityName = hresultFacilityName(r.Facility)
		r.Code = v & 0xFFFF
	case NTSTATUS:
		r.Severity = severity(v)
		r.Customer = v&bitCustomer != 0
		r.Facility = ntstatusFacility(v)
		r.FacilityName = ntstatusFacilityName(r.Facility)
		r.Code = v & 0xFFFF
	case JET:
		switch {
		case int32(v) < 0:
			r.Severity = 3
		case v > 0:
			r.Severity = 2
		}
	case HTTP:
		switch {
		case v >= 400:
			r.Severity = 3
		case v < 200:
			r.Severity = 1
		}
	case DNSRCode:
		r.Text = rcodeText(v)
		if v != 0 {
			r.Severity = 3
		}
	case DNSExtended:
		r.Severity = 1
	default:
		if v != 0 {
			r.Severity = 3
		}
	}
	r.SeverityName = severityName(f, r.Severity)
	if f == HRESULT && r.Severity == 1 {
		r.SeverityName = "error"
	}
	if !known {
		r.Name, r.Text = "", ""
	}
	return r
}

// rcodeText says in a few words what a DNS response code means (RFC 1035 4.1.1,
// RFC 2136 2.2, RFC 8945, RFC 7873).
func rcodeText(v uint32) string {
	switch v {
	case 0:
		return "No error."
	case 1:
		return "The server could not interpret the query."
	case 2:
		return "The server could not answer because of a problem of its own."
	case 3:
		return "The name does not exist."
	case 4:
		return "The server does not support this kind of query."
	case 5:
		return "The server refuses to answer."
	case 6:
		return "A name exists that should not."
	case 7:
		return "A record set exists that should not."
	case 8:
		return "A record set that should exist does not."
	case 9:
		return "The server is not authoritative for the zone, or not authorized."
	case 10:
		return "A name is not within the zone."
	case 16:
		return "The EDNS version is not supported, or the signature failed."
	case 17:
		return "The key is not recognized."
	case 18:
		return "The signature is outside its time window."
	case 23:
		return "The server cookie is missing or wrong."
	}
	return ""
}

// preferMAPI takes the MAPI name of a value where it has several: Exchange and
// Outlook use that one.
func preferMAPI(r *Reading, v uint32) {
	for _, e := range tableOf(HRESULT).all(v) {
		if strings.HasPrefix(e.name, "MAPI_") {
			r.Name = e.name
			return
		}
	}
}
