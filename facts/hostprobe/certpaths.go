package hostprobe

import (
	"path"
	"strings"
)

// certificateSettings are the files in which servers are told their certificates,
// and the word behind which the path stands. A folder stands for its files.
func certificateSettings() []struct{ path, word string } {
	return []struct{ path, word string }{
		{"/etc/nginx/nginx.conf", "ssl_certificate"},
		{"/etc/nginx/conf.d", "ssl_certificate"},
		{"/etc/nginx/sites-enabled", "ssl_certificate"},
		{"/etc/apache2/sites-enabled", "SSLCertificateFile"},
		{"/etc/apache2/apache2.conf", "SSLCertificateFile"},
		{"/etc/httpd/conf/httpd.conf", "SSLCertificateFile"},
		{"/etc/httpd/conf.d", "SSLCertificateFile"},
		{"/etc/postfix/main.cf", "smtpd_tls_cert_file"},
		{"/etc/postfix/main.cf", "smtpd_tls_chain_files"},
		{"/etc/dovecot/conf.d/10-ssl.conf", "ssl_cert"},
		{"/etc/dovecot/dovecot.conf", "ssl_cert"},
		{"/etc/ldap/slapd.conf", "TLSCertificateFile"},
	}
}

// namedCertificates lists the files that servers are told to use.
func (p *probe) namedCertificates() []string {
	var files []string
	for _, s := range certificateSettings() {
		names := []string{s.path}
		if entries, err := p.list(s.path); err == nil {
			names = names[:0]
			for _, e := range entries[:min(len(entries), maxCertFiles)] {
				if !e.Dir && !strings.HasSuffix(e.Name, "~") {
					names = append(names, path.Join(s.path, e.Name))
				}
			}
		} else if path.Ext(s.path) == "" || path.Ext(s.path) == ".d" {
			continue
		}
		for _, name := range names {
			c, err := p.sys.Read(name, maxSmall)
			if err != nil && !absent(err) {
				p.failure(clean(name), err)
			}
			files = append(files, parseCertificatePaths(c.Data, s.word)...)
		}
	}
	return files
}

// parseCertificatePaths finds lines that begin with the word and name absolute
// paths, with an equals sign and quotes around them or without. Paths with
// variables in them are nothing that could be read.
func parseCertificatePaths(data []byte, word string) []string {
	var files []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if len(line) <= len(word) || !strings.EqualFold(line[:len(word)], word) || !strings.ContainsRune(" \t=", rune(line[len(word)])) {
			continue
		}
		rest, _, _ := strings.Cut(line[len(word):], "#")
		for f := range strings.FieldsFuncSeq(rest, func(r rune) bool { return strings.ContainsRune(" \t=,;\"'<", r) }) {
			if strings.HasPrefix(f, "/") && !strings.ContainsAny(f, "$\x00%") && path.Clean(f) == f && len(files) < maxCertFiles {
				files = append(files, f)
			}
		}
	}
	return files
}
