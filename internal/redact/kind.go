package redact

// The kinds that are not secrets. Their tokens are valid of their kind.
const (
	KindIP     = "ip"     // IPv4 and IPv6 addresses
	KindMAC    = "mac"    //
	KindHost   = "host"   // host names that were learned
	KindDomain = "domain" // domain names that were learned, and the domain in DOMAIN\user
	KindUser   = "user"   // account names
	KindEmail  = "email"  //
	KindSID    = "sid"    // security ids of a domain
	KindWord   = "word"   // words of Options.Hide
)

// The kinds of secrets.
const (
	kindPrivateKey = "private-key"
	kindPassword   = "password"
	kindSecret     = "secret"
	kindToken      = "token"
	kindKey        = "key"
	kindCloudKey   = "cloud-key"
	kindAPIToken   = "api-token"
	kindWebhook    = "webhook"
	kindJWT        = "jwt"
	kindAuth       = "authorization"
	kindCookie     = "cookie"
	kindSession    = "session"
	kindHash       = "password-hash"
	kindTicket     = "ticket"
	kindDPAPI      = "dpapi"
	kindCommunity  = "snmp-community"
	kindSMTPAuth   = "smtp-auth"
	kindCard       = "card"
	kindIBAN       = "iban"
	kindSSN        = "ssn"
	kindPhone      = "phone"
)

// Kinds lists the built-in kinds: the names in tokens, counts and Options.Off.
func Kinds() []string {
	return []string{
		KindIP, KindMAC, KindHost, KindDomain, KindUser, KindEmail, KindSID, KindWord,
		kindPrivateKey, kindPassword, kindSecret, kindToken, kindKey, kindCloudKey, kindAPIToken, kindWebhook, kindJWT,
		kindAuth, kindCookie, kindSession, kindHash, kindTicket, kindDPAPI, kindCommunity, kindSMTPAuth,
		kindCard, kindIBAN, kindSSN, kindPhone,
	}
}
