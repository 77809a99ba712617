package errcode

// otherText is a second text of a code: systems before or after the one that the
// tables follow print it so.
type otherText struct {
	family Family
	value  uint32
	text   string
}

// otherTexts is sorted by family and value.
var otherTexts = [...]otherText{
	{Win32, 1326, "The user name or password is incorrect."},
	{Win32, 1327, "Account restrictions are preventing this user from signing in."},
	{Win32, 1331, "This user can't sign in because this account is currently disabled."},
	{Win32, 1396, "The target account name is incorrect."},
	{Win32, 2140, "An internal Windows NT error occurred."},
}

// alternatives returns the other texts of a code.
func alternatives(f Family, v uint32) []otherText {
	from := 0
	for from < len(otherTexts) && (otherTexts[from].family != f || otherTexts[from].value != v) {
		from++
	}
	to := from
	for to < len(otherTexts) && otherTexts[to].family == f && otherTexts[to].value == v {
		to++
	}
	return otherTexts[from:to]
}
