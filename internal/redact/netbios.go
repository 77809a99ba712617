package redact

import "strings"

// account looks at a backslash: CORP\joe, CORP\\joe.
func (c *scan) account(i int) int {
	s := c.s
	at := i
	for at > 0 && i-at < 40 && (isWord(s[at-1]) || s[at-1] == '-' || s[at-1] == '_') {
		at--
	}
	name := i
	for name < len(s) && s[name] == '\\' && name-i < 8 {
		name++
	}
	domain := s[at:i]
	if len(domain) < 2 || !netbiosName(domain) {
		return name
	}
	switch byteAt(s, at-1) {
	case '\\', '/', ':', '%', '.', '$', '}':
		return name
	}
	end := run(s, name, isName)
	for end > name && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	user := s[name:end]
	switch b := byteAt(s, end); {
	case user == "" || len(user) > 64 || all(user, isDigit) || pathWord(user) || b == '\\' && !escapedEnd(s, end) || b == '/' || b == ':' && byteAt(s, end+1) == '\\' || b == '*':
		return end
	case name-i == 1 && strings.IndexByte("nrt", user[0]) >= 0 && (len(user) == 1 || !isLower(user[1])): // an escaped line end
		return name
	}
	if dot := strings.LastIndexByte(user, '.'); dot >= 0 && fileEnd(user[dot+1:]) {
		return end
	}
	return c.domainUser(at, i, name, end)
}

// escapedEnd reports whether an escaped quote or line end stands at i, and not a
// separator of paths.
func escapedEnd(s string, i int) bool {
	k := runSlash(s, i)
	switch b := byteAt(s, k); b {
	case '"', '\'':
		return true
	case 'n', 'r', 't':
		return !isLower(byteAt(s, k+1))
	}
	return false
}

// pathWord reports whether a word behind a backslash is of paths and of the
// registry.
func pathWord(s string) bool {
	switch strings.ToLower(s) {
	case "software", "system", "system32", "currentversion", "current", "currentcontrolset", "microsoft", "classes", "bin", "data", "temp", "tools", "drivers",
		"sample", "samples", "controls", "control", "services", "parameters", "setup", "include", "lib", "english", "directory", "folder", "subdirectory", "windows", "program", "policies":
		return true
	}
	return false
}

// netbiosName reports whether a word before a backslash may be a domain: in
// capitals, and none of the roots of paths and of the registry.
func netbiosName(s string) bool {
	if len(s) > 15 || !isUpper(s[0]) || strings.HasPrefix(s, "S-1-") {
		return false
	}
	for i := range len(s) {
		if isLower(s[i]) {
			return false
		}
	}
	switch s {
	case "HKLM", "HKCU", "HKCR", "HKU", "HKCC", "SYSTEM", "SYSTEM32", "SOFTWARE", "SAM", "SECURITY", "HARDWARE", "WINDOWS", "WINNT", "BIN", "TEMP", "TMP",
		"MSSQL", "EXCHSRVR", "DRIVERS", "CONTROL", "SETUP", "DATA", "LOG", "LOGS", "IDENTITIES", "PROGRA", "INETPUB", "I386", "ALPHA", "MSOFFICE",
		"REGISTRY", "USER", "MACHINE", "DEVICE", "GLOBALROOT", "UNC", "DOS", "NT", "SDK", "MSDEV", "MDB", "HTML", "X86", "WINNT35", "SAMPLES", "HOME", "VFP", "TOOLS", "EXPORT", "FOLDERS", "MAILDATA", "MAILSLOT", "PROGRAMS", "FILES", "ENGLISH", "GLB", "FFC", "PROGRAMDATA", "OFFICE", "CDROM", "SMS", "SITE", "INSTALL", "SUPPORT", "DEFAULT", "PIPE", "IPC", "RPC", "CLASSES", "NETLOGON", "SYSVOL", "SHARE", "PATH", "FILE", "DIR", "FOLDER":
		return false
	}
	return true
}

// fileEnd reports whether a name ends like a file.
func fileEnd(ext string) bool {
	switch strings.ToLower(ext) {
	case "exe", "dll", "sys", "log", "txt", "ini", "inf", "bat", "cmd", "com", "cpl", "drv", "ocx", "dat", "db", "edb", "stm", "evt", "evtx", "xml", "cfg", "conf", "mdb", "hlp", "doc", "htm", "html", "vbs", "ps1", "msi", "tmp", "bak", "pdb", "mof", "reg", "ttf", "vxd", "386", "mif", "pst", "ldf", "mdf", "sql", "asp", "aspx", "job", "lnk", "zip", "cab", "dmp", "h", "c", "cpp", "cs":
		return true
	}
	return false
}
