package errcode

// reply is an SMTP reply code or an enhanced status with what it means, in words
// of this project.
type reply struct {
	value uint32
	text  string
}

// smtpReplies are the replies of RFC 5321 4.2.3, with those of RFC 4954 (AUTH),
// 3207 (STARTTLS) and 7504 (521, 556), sorted.
var smtpReplies = [...]reply{
	{211, "System status or help."},
	{214, "Help message."},
	{220, "The service is ready."},
	{221, "The service closes the connection."},
	{235, "Authentication succeeded."},
	{250, "The action was completed."},
	{251, "The user is not local; the message will be forwarded."},
	{252, "The user cannot be verified, but the message will be tried."},
	{334, "The server waits for the next step of the authentication."},
	{354, "Start of the message text."},
	{421, "The service is not available and closes the connection."},
	{432, "A password change is needed."},
	{450, "The mailbox is not available now; try later."},
	{451, "The action was aborted by an error in processing."},
	{452, "The system has not enough storage."},
	{454, "Authentication or TLS is not available now."},
	{455, "The parameters cannot be handled now."},
	{500, "The command is not recognized."},
	{501, "A parameter or argument has a wrong syntax."},
	{502, "The command is not implemented."},
	{503, "The commands come in a wrong order."},
	{504, "A parameter is not implemented."},
	{521, "The host does not accept mail."},
	{523, "The encryption needed is not available."},
	{530, "Authentication, or TLS, is required."},
	{534, "The authentication mechanism is too weak."},
	{535, "The credentials are not valid."},
	{538, "The authentication mechanism needs encryption."},
	{550, "The mailbox is not available, or the message is refused by policy."},
	{551, "The user is not local; another path is named."},
	{552, "The storage allowance is exceeded."},
	{553, "The mailbox name is not allowed."},
	{554, "The transaction failed."},
	{555, "A parameter of MAIL or RCPT is not recognized."},
	{556, "The domain does not accept mail."},
}

// enhancedDetails are subject and detail of RFC 3463 and the IANA registry
// (RFC 5248), packed as in EnhancedValue without the class, sorted.
var enhancedDetails = [...]reply{
	{0, "Other or undefined status."},
	{1 << 12, "Other status of an address."},
	{1<<12 | 1, "The mailbox does not exist."},
	{1<<12 | 2, "The destination system does not exist."},
	{1<<12 | 3, "The mailbox address has a wrong syntax."},
	{1<<12 | 4, "The mailbox address is ambiguous."},
	{1<<12 | 5, "The address is valid."},
	{1<<12 | 6, "The mailbox has moved, no forwarding address is known."},
	{1<<12 | 7, "The sender's address has a wrong syntax."},
	{1<<12 | 8, "The sender's system does not exist."},
	{1<<12 | 9, "The message was relayed to a mailer without these codes."},
	{1<<12 | 10, "The domain accepts no mail (null MX)."},
	{2 << 12, "Other status of a mailbox."},
	{2<<12 | 1, "The mailbox is disabled."},
	{2<<12 | 2, "The mailbox is full."},
	{2<<12 | 3, "The message is longer than the mailbox allows."},
	{2<<12 | 4, "The expansion of a mailing list failed."},
	{3 << 12, "Other status of a mail system."},
	{3<<12 | 1, "The mail system is full."},
	{3<<12 | 2, "The system accepts no messages from the network."},
	{3<<12 | 3, "The system cannot do what was selected."},
	{3<<12 | 4, "The message is too big for the system."},
	{3<<12 | 5, "The system is not configured correctly."},
	{3<<12 | 6, "The requested priority was changed."},
	{4 << 12, "Other status of network or routing."},
	{4<<12 | 1, "The host does not answer."},
	{4<<12 | 2, "The connection is bad."},
	{4<<12 | 3, "A directory server failed."},
	{4<<12 | 4, "No route to the destination was found."},
	{4<<12 | 5, "The mail system is congested."},
	{4<<12 | 6, "A routing loop was detected."},
	{4<<12 | 7, "The delivery time has expired."},
	{5 << 12, "Other status of the protocol."},
	{5<<12 | 1, "The command is not valid."},
	{5<<12 | 2, "The command has a wrong syntax."},
	{5<<12 | 3, "There are too many recipients."},
	{5<<12 | 4, "The arguments of a command are not valid."},
	{5<<12 | 5, "The protocol version is wrong."},
	{5<<12 | 6, "The authentication exchange line is too long."},
	{6 << 12, "Other status of the message content."},
	{6<<12 | 1, "The medium is not supported."},
	{6<<12 | 2, "A conversion is required and prohibited."},
	{6<<12 | 3, "A conversion is required and not supported."},
	{6<<12 | 4, "A conversion was made with loss."},
	{6<<12 | 5, "The conversion failed."},
	{6<<12 | 6, "The message content is not available."},
	{6<<12 | 7, "Addresses that are not ASCII are not allowed."},
	{6<<12 | 8, "A reply in UTF-8 is needed and not allowed."},
	{6<<12 | 9, "A header in UTF-8 cannot be transferred."},
	{7 << 12, "Other status of security or policy."},
	{7<<12 | 1, "Delivery is not authorized, the message is refused."},
	{7<<12 | 2, "Expansion of the mailing list is prohibited."},
	{7<<12 | 3, "A conversion of security is required and not possible."},
	{7<<12 | 4, "A security feature is not supported."},
	{7<<12 | 5, "Encryption failed."},
	{7<<12 | 6, "The encryption algorithm is not supported."},
	{7<<12 | 7, "The integrity of the message failed."},
	{7<<12 | 8, "The authentication credentials are not valid."},
	{7<<12 | 9, "The authentication mechanism is too weak."},
	{7<<12 | 10, "Encryption is needed."},
	{7<<12 | 11, "Encryption is required for the authentication mechanism."},
	{7<<12 | 12, "A password change is needed."},
	{7<<12 | 13, "The user account is disabled."},
	{7<<12 | 14, "A trust relationship is required."},
	{7<<12 | 15, "The priority level is too low."},
	{7<<12 | 16, "The message is too big for its priority."},
	{7<<12 | 17, "The owner of the mailbox has changed."},
	{7<<12 | 18, "The owner of the domain has changed."},
	{7<<12 | 19, "The test cannot be completed."},
	{7<<12 | 20, "No DKIM signature passes."},
	{7<<12 | 21, "No acceptable DKIM signature was found."},
	{7<<12 | 22, "No valid DKIM signature matches the author."},
	{7<<12 | 23, "The SPF check failed."},
	{7<<12 | 24, "The SPF check ended in an error."},
	{7<<12 | 25, "The check of the reverse DNS name failed."},
	{7<<12 | 26, "Several authentication checks failed."},
	{7<<12 | 27, "The sender's domain has a null MX."},
	{7<<12 | 28, "The mail looks like a flood."},
	{7<<12 | 29, "The ARC chain does not validate."},
	{7<<12 | 30, "REQUIRETLS cannot be honoured."},
}

func findReply(list []reply, v uint32) (string, bool) {
	lo, hi := 0, len(list)
	for lo < hi {
		if mid := (lo + hi) / 2; list[mid].value < v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(list) && list[lo].value == v {
		return list[lo].text, true
	}
	return "", false
}

func smtpReply(v uint32) (string, bool) { return findReply(smtpReplies[:], v) }

// enhancedStatus is the text of subject and detail, or of the subject alone.
func enhancedStatus(v uint32) (string, bool) {
	if text, ok := findReply(enhancedDetails[:], v&0xFFFFFF); ok {
		return text, true
	}
	return findReply(enhancedDetails[:], v&0xFFF000)
}

// mailSeverity is success for class 2 and 3, warning (try later) for 4, error for 5.
func mailSeverity(class uint32) int {
	switch class {
	case 4:
		return 2
	case 5:
		return 3
	}
	return 0
}

func smtpReading(v uint32) (Reading, bool) {
	text, ok := smtpReply(v)
	s := mailSeverity(v / 100)
	return Reading{Family: SMTP, Severity: s, SeverityName: severityName(SMTP, s), Code: v, Text: text}, ok
}

// enhancedReading puts the notation into Name, the subject into Facility and the
// detail into Code.
func enhancedReading(v uint32) (Reading, bool) {
	text, ok := enhancedStatus(v)
	s := mailSeverity(v >> 24)
	subject := v >> 12 & 0xFFF
	names := [...]string{"other", "address", "mailbox", "mail system", "network", "protocol", "content", "security"}
	r := Reading{Family: SMTPEnhanced, Name: enhancedString(v), Severity: s, SeverityName: severityName(SMTPEnhanced, s), Facility: int(subject), Code: v & 0xFFF, Text: text}
	if int(subject) < len(names) {
		r.FacilityName = names[subject]
	}
	return r, ok
}
