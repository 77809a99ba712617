package hostprobe

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// maxCertFiles bounds how many files are read in search of certificates; a file
// with more than maxChain certificates is a list of authorities, and is passed over.
const (
	maxCertFiles = 500
	maxChain     = 12
)

// linuxCertificates looks at the certificates that servers are told to use, and
// at those in the usual places: not at the authorities that the system trusts.
func (p *probe) linuxCertificates() {
	if p.o.Now.IsZero() {
		p.unread("certificates (the time is not known)")
		return
	}
	named := p.namedCertificates()
	usual := p.usualCertificates()
	files := append(slices.Clone(named), usual...)
	slices.Sort(files)
	files = slices.Compact(files)
	if len(files) > maxCertFiles {
		p.problem("certificates", "host.too-much", fmt.Sprintf("there are %d files with certificates; only the first %d were looked at", len(files), maxCertFiles))
		files = files[:maxCertFiles]
	}
	for _, f := range files {
		c, err := p.sys.Read(f, maxSmall)
		switch {
		case absent(err) && slices.Contains(named, f):
			p.text("certificates", "certificate %s is not there, but a server is told to use it", clean(f))
		case err != nil && !absent(err) && slices.Contains(named, f):
			p.failure(clean(f), err)
		case err != nil || c.Cut: // a list of authorities is long
		default:
			p.certificateFile(f, c.Data)
		}
	}
}

func (p *probe) certificateFile(file string, data []byte) {
	ders, wrong := certificateBlocks(data)
	if len(ders) > maxChain {
		return
	}
	for _, der := range ders {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			wrong = true
			continue
		}
		p.certificate(file, cert)
	}
	if wrong {
		p.odd(clean(file), errors.New("a certificate in it cannot be read; look at it with openssl x509 -in"))
	}
	if len(ders) > 0 {
		p.read(clean(file), len(data))
	}
}

// certificate tells if a certificate is expired, about to expire or not yet valid.
func (p *probe) certificate(name string, c *x509.Certificate) {
	if c.NotAfter.Before(c.NotBefore) {
		p.odd(clean(name), errors.New("a certificate in it ends before it begins"))
		return
	}
	who := fmt.Sprintf("%s (CN=%s)", clean(name), clean(c.Subject.CommonName))
	now, day := p.o.Now, "2006-01-02"
	switch left := c.NotAfter.Sub(now); {
	case left < 0:
		p.text("certificates", "certificate %s expired %s ago (%s)", who, days(-left), c.NotAfter.UTC().Format(day))
	case left < time.Duration(p.o.CertDays)*24*time.Hour:
		p.text("certificates", "certificate %s expires in %s (%s)", who, days(left), c.NotAfter.UTC().Format(day))
	case now.Before(c.NotBefore):
		p.text("certificates", "certificate %s is not valid before %s", who, c.NotBefore.UTC().Format(day))
	}
}

// days is full days: "0 days", "1 day", "5 days".
func days(d time.Duration) string {
	if n := int(d / (24 * time.Hour)); n != 1 {
		return fmt.Sprintf("%d days", n)
	}
	return "1 day"
}

// certificateBlocks returns the certificates of a PEM file in DER, at most one
// more than maxChain. Private keys are passed over. wrong reports a begin without
// a block behind it.
func certificateBlocks(data []byte) (ders [][]byte, wrong bool) {
	const begin = "-----BEGIN CERTIFICATE-----"
	begins := bytes.Count(data, []byte(begin))
	for len(ders) <= maxChain {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return ders, begins > len(ders)
		}
		if block.Type == "CERTIFICATE" {
			ders = append(ders, block.Bytes)
		}
	}
	return ders, false
}

// usualCertificates lists files in the places where certificates are kept.
func (p *probe) usualCertificates() []string {
	var files []string
	lists, _ := p.list("/etc/letsencrypt/live")
	for _, e := range lists {
		if e.Dir {
			files = append(files, "/etc/letsencrypt/live/"+e.Name+"/fullchain.pem")
		}
	}
	for _, folder := range []string{"/etc/ssl/certs", "/etc/ssl/private", "/etc/pki/tls/certs", "/etc/ssl", "/etc/nginx/ssl", "/etc/apache2/ssl"} {
		entries, _ := p.list(folder) // what is not named by a server may be hidden from this user
		for _, e := range entries {
			if !e.Dir && !e.Link && certificateName(e.Name) { // the trusted authorities are links
				files = append(files, path.Join(folder, e.Name))
			}
		}
	}
	return files
}

func certificateName(name string) bool {
	if name == "ca-certificates.crt" || strings.HasPrefix(name, "ca-bundle") || strings.Contains(name, "key") {
		return false
	}
	switch path.Ext(name) {
	case ".pem", ".crt", ".cer", ".cert":
		return true
	}
	return false
}
