package redact

import "strings"

// commands are programs that take a password on their command line, in a form
// that only their name makes clear.
var commands = []string{"net", "mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass", "curl", "wget", "psexec", "plink", "pscp", "cmdkey", "ldapsearch", "smbclient", "docker", "redis-cli", "schtasks", "isql", "osql", "sqlcmd", "wmic", "expect"}

// commandLine looks at the name of a command and replaces the password among
// its arguments. It returns where to go on, or 0. What stands before the
// password is looked at in the next pass.
func (c *scan) commandLine(i, j int) int {
	s := c.s
	if j-i < 3 || j-i > 10 || byteAt(s, j) == ':' {
		return 0
	}
	end := j
	if hasPrefixFold(s[j:], "-cli ") {
		end = j + 4
	}
	name := ""
	for _, k := range commands {
		if len(k) == end-i && k[0] == s[i]|0x20 && strings.EqualFold(k, s[i:end]) {
			name = k
		}
	}
	if name == "" {
		return 0
	}
	if hasPrefixFold(s[end:], ".exe") || hasPrefixFold(s[end:], "1.exe") {
		end += len(".exe")
	}
	if !isBlank(byteAt(s, end)) && byteAt(s, end) != '"' {
		return 0
	}
	line := lineEnd(s, end)
	if line-end > 512 {
		line = end + 512
	}
	if name == "net" {
		return c.netCommand(end, line)
	}
	for p := end; p < line; {
		p = run(s, p, isBlank)
		stop := argument(s, p, line)
		from, to := c.option(name, p, stop, line)
		if from < to {
			if bracketed(s[from:]) > 0 {
				p = max(stop, to)
				continue
			}
			return c.hide(kindPassword, from, to)
		}
		if stop == p {
			stop++
		}
		p = stop
	}
	return 0
}

// argument is the end of the argument that starts at p.
func argument(s string, p, line int) int {
	if at, quote := skipQuote(s, p); quote != "" {
		end := min(quotedEnd(s, at, quote), line)
		return min(end+len(quote), line)
	}
	for p < line && !isBlank(s[p]) {
		if s[p] == '"' || s[p] == '\'' {
			k := strings.IndexByte(s[p+1:line], s[p])
			if k < 0 {
				break
			}
			p += k + 1
		}
		p++
	}
	return p
}

// option is where the password stands that the argument s[p:stop] holds or
// announces; from == to where there is none.
func (c *scan) option(name string, p, stop, line int) (from, to int) {
	s := c.s
	arg := s[p:stop]
	next := func() (int, int) {
		at := run(s, stop, isBlank)
		end := argument(s, at, line)
		if at >= end || s[at] == '-' {
			return 0, 0
		}
		return unquoted(s, at, end)
	}
	switch name {
	case "mysql", "mysqldump", "mysqladmin", "mariadb":
		if strings.HasPrefix(arg, "-p") && len(arg) > 2 {
			return unquoted(s, p+2, stop)
		}
	case "sshpass":
		if arg == "-p" {
			return next()
		}
		if strings.HasPrefix(arg, "-p") && len(arg) > 2 {
			return unquoted(s, p+2, stop)
		}
	case "curl", "wget", "smbclient":
		mark := byte(':')
		if name == "smbclient" {
			mark = '%'
		}
		switch arg {
		case "-u", "--user", "-U", "--proxy-user":
			from, to = next()
			if k := strings.IndexByte(s[from:to], mark); k >= 0 {
				return from + k + 1, to
			}
		}
		if strings.HasPrefix(arg, "-u") && len(arg) > 3 {
			if k := strings.IndexByte(arg, mark); k >= 0 {
				return unquoted(s, p+k+1, stop)
			}
		}
		return 0, 0
	case "ldapsearch":
		if arg == "-w" {
			return next()
		}
	case "redis-cli":
		if arg == "-a" {
			return next()
		}
	case "isql", "osql", "sqlcmd":
		if arg == "-P" {
			return next()
		}
		if strings.HasPrefix(arg, "-P") && len(arg) > 2 {
			return unquoted(s, p+2, stop)
		}
	case "plink", "pscp":
		if arg == "-pw" {
			return next()
		}
	case "cmdkey", "wmic":
		if hasPrefixFold(arg, "/pass:") {
			return unquoted(s, p+len("/pass:"), stop)
		}
	case "schtasks":
		if strings.EqualFold(arg, "/p") || strings.EqualFold(arg, "/rp") {
			return next()
		}
	case "psexec", "docker":
		if arg == "-p" && (name == "psexec" || strings.Contains(s[lineStart(s, p):p], "login")) {
			return next()
		}
	}
	return 0, 0
}

// unquoted takes the quotes off an argument.
func unquoted(s string, from, to int) (int, int) {
	at, quote := skipQuote(s, from)
	if quote != "" && at <= to {
		if end := quotedEnd(s, at, quote); end <= to {
			return at, end
		}
	}
	for to > from && (s[to-1] == '"' || s[to-1] == '\'' || s[to-1] == ',' || s[to-1] == ']') { // of what quotes the command
		to--
	}
	return from, to
}

// netCommand replaces the password in "net use X: \\server\share secret
// /user:CORP\joe" and "net user joe secret /add".
func (c *scan) netCommand(p, line int) int {
	s := c.s
	p = run(s, p, isBlank)
	verb := argument(s, p, line)
	name := strings.ToLower(s[p:verb])
	if name != "use" && name != "user" {
		return 0
	}
	args := 0
	hasUser := strings.Contains(strings.ToLower(s[verb:line]), "/user:") || name == "user"
	for p = verb; p < line; {
		p = run(s, p, isBlank)
		stop := argument(s, p, line)
		if stop <= p {
			break
		}
		arg := s[p:stop]
		share := strings.HasPrefix(strings.TrimLeft(arg, `"'`), `\\`) || len(arg) == 2 && arg[1] == ':' || arg == "*"
		if arg[0] != '/' && !share {
			args++
			password := name == "use" && hasUser || name == "user" && args == 2
			if name == "user" && args == 1 {
				if !all(arg, isAccount) || notAccount(arg) {
					return 0
				}
				c.account1(p, stop)
			}
			if password && bracketed(arg) == 0 && arg != "*" {
				from, to := unquoted(s, p, stop)
				return c.hide(kindPassword, from, to)
			}
		}
		p = stop
	}
	return 0
}
