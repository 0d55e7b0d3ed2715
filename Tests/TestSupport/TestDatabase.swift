// A database of one test, with the role that owns it. It may be dropped when no value of it is left, so a test that only needs
// its name or address holds on to the value, too.

import FileSystem

package struct TestDatabase: Sendable {
  package let server: PostgresServer
  package let name: String
  package let role: String
  var use: DatabaseUse?

  package init(server: PostgresServer, name: String, role: String) {
    (self.server, self.name, self.role) = (server, name, role)
  }

  /// Without a password, because none is asked for.
  package var url: String {
    let encoded = name.utf8.map { byte in
      let isPlain =
        byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
      return isPlain || byte == UInt8(ascii: "_") ? String(Unicode.Scalar(byte)) : "%" + [byte].hexadecimal
    }
    return "postgresql://\(role)@/\(encoded.joined())?host=\(server.directory)"
  }

  @discardableResult
  package func psql(_ sql: String, asSuperuser: Bool = false) throws -> String {
    try server.psql(sql, as: asSuperuser ? "postgres" : role, in: name)
  }

  /// Runs one `COPY … FROM STDIN` as the superuser; psql reads the rows as it would from a file.
  package func psql(_ copy: String, feeding rows: [UInt8]) throws {
    try Program.run(server.psqlWords("postgres", name) + ["-c", BytePath(copy)], input: rows).succeeded()
  }

  /// Names of databases made from this one's: being restored, kept aside.
  package func relatives() throws -> [String] {
    try server.psql("SELECT datname FROM pg_database WHERE datname LIKE '\(name)\\_%' ORDER BY 1")
      .split(separator: "\n").map(String.init)
  }

  package func dropRelative(_ name: String) throws { _ = try server.psql("DROP DATABASE \"\(name)\"") }
}
