// On Debian, libgit2 reads the certificates of 140 authorities when it starts, which takes 3 to 5 ms, more than all else that
// most commands need it for. libgit2 1.5 has no option against that. The linker gives this function to libgit2 in place of mbed
// TLS's. We use libgit2 on local repositories only; the git program does all transport, and libpq uses OpenSSL. If libgit2 did
// connect by TLS, it would refuse every certificate.

/// Reads nothing.
/// - Returns: 0, for success, as `mbedtls_x509_crt_parse_file` does.
@_cdecl("mbedtls_x509_crt_parse_file")
func readNoCertificates(_ chain: UnsafeMutableRawPointer?, _ path: UnsafePointer<CChar>?) -> CInt { 0 }
