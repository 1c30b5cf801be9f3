package mailserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// authority signs the certificates of all servers of a test process.
var authority = sync.OnceValue(func() (a struct {
	template *x509.Certificate
	key      *ecdsa.PrivateKey
	pem      []byte
}) {
	a.key = newKey()
	a.template = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of the tests"}, NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.pem = sign(a.template, a.template, a.key.Public(), a.key)
	return a
})

// Authority writes the certificate of the authority into a file, for SSL_CERT_FILE.
func Authority(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(path, authority().pem, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Trust has this process trust the authority. It is for TestMain: the first
// connection reads the authorities once and for all.
func Trust() (err error) {
	dir, err := os.MkdirTemp("", "hotline-authority-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "authority.pem")
	if err := os.WriteFile(path, authority().pem, 0o600); err != nil {
		return err
	}
	if err := os.Setenv("SSL_CERT_FILE", path); err != nil {
		return err
	}
	_, err = x509.SystemCertPool() // reads the file
	return err
}

// certificate makes that of a server, for this machine or for another name.
func certificate(wrong bool) tls.Certificate {
	a, key := authority(), newKey()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if wrong {
		template.DNSNames, template.IPAddresses = []string{"another.example"}, nil
	}
	block, _ := pem.Decode(sign(template, a.template, key.Public(), a.key))
	return tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key}
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func sign(template, parent *x509.Certificate, public any, key *ecdsa.PrivateKey) []byte {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
