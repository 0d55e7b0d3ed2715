// On Debian, libgit2 reads the certificates of all authorities when it starts: 140 of them, 3 to 5 ms, which is more than most
// commands ask of it otherwise. There is no option against that (git_libgit2_init of 1.5 calls each part's start). We never
// let libgit2 speak to a network, as transport is the git program's, so this takes the place of mbed TLS's reader for the
// whole process. libpq has OpenSSL, and is not concerned. If libgit2 did connect by TLS, it would trust nobody.

/// Reads nothing.
/// - Returns: 0, for success, as `mbedtls_x509_crt_parse_file` does.
@_cdecl("mbedtls_x509_crt_parse_file")
func readNoCertificates(_ chain: UnsafeMutableRawPointer?, _ path: UnsafePointer<CChar>?) -> CInt { 0 }
