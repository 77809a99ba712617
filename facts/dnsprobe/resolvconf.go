package dnsprobe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// Limits of a resolv.conf. Three is the number of servers that resolvers use,
// whatever the file lists.
const (
	maxLine     = 64 << 10
	maxFile     = 4 << 20
	maxServers  = 3
	maxProblems = 1000
)

// ReadResolvConf reads a resolv.conf strictly: what is not understood is a
// problem that names the line, and never a server. Path is used in problems
// and as Resolvers.Source; the caller has opened r. A server may carry a port
// ("127.0.0.1:5301"), and keywords may be in upper case.
func ReadResolvConf(r io.Reader, path string) (facts.Resolvers, []facts.Problem) {
	c := resolvConf{path: path}
	c.resolvers.Source = path
	limited := &io.LimitedReader{R: r, N: maxFile}
	in := bufio.NewReaderSize(limited, maxLine)
	for {
		c.line++
		line, err := in.ReadSlice('\n')
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if errors.Is(err, bufio.ErrBufferFull) {
			c.problem("line-too-long", "the line is longer than 64 KiB and is left out; shorten it")
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
		} else {
			c.read(text)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			c.problem("read-error", "the file could not be read any further: "+clean(err.Error()))
		}
		if err != nil {
			break
		}
	}
	if limited.N == 0 {
		c.problem("too-long", "the file is longer than 4 MiB; what comes behind that was not read")
	}
	c.line = 0
	if len(c.resolvers.Servers) == 0 {
		c.problem("no-server", "no line names a DNS server; add one such as \"nameserver 192.0.2.1\", or name servers with --resolver")
	}
	if n := c.unlisted; n > 0 {
		c.problems = append(c.problems, facts.Problem{
			Source: path, Stage: "decode", Reason: "resolvconf.more",
			Text: fmt.Sprintf("%d more lines were not understood", n),
		})
	}
	return c.resolvers, c.problems
}

// resolvConf is what was read of a file so far.
type resolvConf struct {
	path      string
	line      int
	resolvers facts.Resolvers
	problems  []facts.Problem
	unlisted  int
}

func (c *resolvConf) problem(reason, text string) {
	if len(c.problems) >= maxProblems {
		c.unlisted++
		return
	}
	p := facts.Problem{Source: c.path, Stage: "decode", Reason: "resolvconf." + reason, Text: text}
	if c.line > 0 {
		p.At = fmt.Sprintf("line %d", c.line)
	}
	c.problems = append(c.problems, p)
}

// read takes one line.
func (c *resolvConf) read(line string) {
	if c.line == 1 {
		if rest, ok := strings.CutPrefix(line, "\ufeff"); ok {
			c.problem("bom", "the file begins with a byte order mark, behind which resolvers do not see the first line; remove it")
			line = rest
		}
	}
	if line == "" || line[0] == '#' || line[0] == ';' {
		return
	}
	fields := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(fields) == 0 {
		return
	}
	if line[0] == ' ' || line[0] == '\t' {
		if fields[0][0] != '#' && fields[0][0] != ';' {
			c.problem("indented", "the line begins with a blank, so resolvers do not see it; remove the blank, or begin the line with #")
		}
		return
	}
	args := c.withoutComment(fields[1:])
	switch keyword := strings.ToLower(fields[0]); keyword {
	case "nameserver":
		c.nameserver(args)
	case "search":
		c.search(args)
	case "domain":
		if len(args) != 1 {
			c.problem("domain", fmt.Sprintf("domain takes one name, not %d; use search for several", len(args)))
		}
		c.search(args[:min(1, len(args))])
	case "options":
		c.options(args)
	case "sortlist", "lookup", "family":
	default:
		c.problem("keyword", fmt.Sprintf("%s is no keyword; expected nameserver, search, domain, options or sortlist", quote(fields[0])))
	}
}

// withoutComment drops what begins with # or ;.
func (c *resolvConf) withoutComment(args []string) []string {
	for i, a := range args {
		if j := strings.IndexAny(a, "#;"); j >= 0 {
			if j > 0 {
				c.problem("comment", fmt.Sprintf("a comment follows %s without a blank, and not every resolver stops there; put comments on lines of their own", quote(a[:j])))
				return append(slices.Clone(args[:i]), a[:j])
			}
			return args[:i]
		}
	}
	return args
}

func (c *resolvConf) nameserver(args []string) {
	if len(args) != 1 {
		c.problem("nameserver", fmt.Sprintf("nameserver takes one address, not %d; write one line for each", len(args)))
		return
	}
	addr, err := facts.ServerAddress(args[0])
	if err == nil {
		err = usable(addr)
	}
	switch {
	case err != nil:
		c.problem("not-an-address", "nameserver: "+clean(err.Error()))
	case slices.Contains(c.resolvers.Servers, addr):
	case len(c.resolvers.Servers) == maxServers:
		c.problem("too-many", fmt.Sprintf("%s is server number %d; resolvers use only the first %d", addr, maxServers+1, maxServers))
	default:
		c.resolvers.Servers = append(c.resolvers.Servers, addr)
	}
}

// usable reports a scope that is no interface name.
func usable(addr string) error {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil {
		return fmt.Errorf("%s is not an address", quote(addr))
	}
	zone := ap.Addr().Zone()
	odd := strings.ContainsFunc(zone, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	})
	if odd || len(zone) > 64 {
		return fmt.Errorf("%s has a scope that is no interface name", quote(addr))
	}
	return nil
}

// search takes the domains of the last search or domain line, as resolvers do.
func (c *resolvConf) search(args []string) {
	c.resolvers.Search = nil
	for _, a := range args {
		if a == "." {
			continue
		}
		if err := dnsfinding.CheckName(a); err != nil {
			c.problem("not-a-domain", "search list: "+clean(err.Error()))
			continue
		}
		domain := strings.TrimSuffix(dnsfinding.FQDN(a), ".")
		if !slices.Contains(c.resolvers.Search, domain) {
			c.resolvers.Search = append(c.resolvers.Search, domain)
		}
	}
}

// options takes ndots; the others do not change what is asked.
func (c *resolvConf) options(args []string) {
	for _, a := range args {
		value, ok := strings.CutPrefix(strings.ToLower(a), "ndots:")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			c.problem("ndots", fmt.Sprintf("%s: ndots takes a number from 1 to 15", quote(a)))
			continue
		}
		c.resolvers.Ndots = min(max(n, 1), 15)
	}
}

// quote is text from the file, cut to a length that fits a message.
func quote(s string) string {
	if len(s) > 60 {
		return strconv.QuoteToASCII(strings.ToValidUTF8(s[:60], "?")) + "..."
	}
	return strconv.QuoteToASCII(s)
}
