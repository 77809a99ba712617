package hostprobe

import (
	"crypto/x509"
	"errors"
)

// windowsCertificates looks at the certificates of the machine.
func (p *probe) windowsCertificates() {
	const store = `LocalMachine\My`
	if p.o.Now.IsZero() {
		p.unread("certificates (the time is not known)")
		return
	}
	ders, err := p.windows().Certificates()
	if err != nil {
		p.lacks(store, err)
	} else {
		p.read(store, 0)
	}
	wrong := false
	for _, der := range ders {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			wrong = true
			continue
		}
		p.certificate(store, c)
	}
	if wrong {
		p.odd(store, errors.New("a certificate in it cannot be read; look at it with certlm.msc"))
	}
}
