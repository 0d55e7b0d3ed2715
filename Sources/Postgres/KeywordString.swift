// The addresses of databases in .NET (Npgsql, ADO): `Host=h;Port=5433;Database=d;Username=u;Password=p`.

import FileSystem

struct KeywordString {
  private struct Part {
    var key: String
    var value: String
    /// The part as it was written.
    var text: String
  }

  private let parts: [Part]

  private static let keywords = [
    "host": "host", "server": "host", "data source": "host", "datasource": "host", "port": "port",
    "database": "dbname", "initial catalog": "dbname", "db": "dbname", "username": "user",
    "user name": "user",
    "user id": "user", "userid": "user", "user": "user", "uid": "user", "password": "password",
    "pwd": "password", "ssl mode": "sslmode", "sslmode": "sslmode", "timeout": "connect_timeout",
    "application name": "application_name", "root certificate": "sslrootcert",
    "ssl certificate": "sslcert", "ssl key": "sslkey", "passfile": "passfile",
  ]

  /// nil if the text is not of this kind.
  init?(_ text: String) {
    let pieces = Self.pieces(of: text)
    var parts: [Part] = []
    for piece in pieces {
      guard let (word, text) = piece.cut(at: "=") else { return nil }
      let key = word.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let value = ConnectionAddress.trimmed(String(text))
      parts.append(Part(key: key, value: value, text: piece))
    }
    func values(_ keyword: String) -> [String] {
      parts.filter { Self.keywords[$0.key] == keyword }.map(\.value)
    }
    // libpq's own strings are separated by spaces, and a password in one may contain semicolons and equals signs.
    let (hosts, names) = (values("host"), values("dbname"))
    let isOne =
      pieces.count > 1 && !(hosts + names).isEmpty && !hosts.contains { $0.contains { $0.isWhitespace } }
    guard isOne, ConnectionAddress.scheme(of: text) == nil else { return nil }
    self.parts = parts
  }

  /// Splits at semicolons, except inside quotes.
  private static func pieces(of text: String) -> [String] {
    var (pieces, piece, quote) = ([String](), "", Unicode.Scalar?.none)
    for character in text.unicodeScalars {
      if let opening = quote {
        if character == opening { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == ";" {
        pieces.append(piece)
        piece = ""
        continue
      }
      piece.unicodeScalars.append(character)
    }
    return (pieces + [piece]).filter { !$0.allSatisfy(\.isWhitespace) }
  }

  /// Parameters that libpq does not know.
  var unknown: [String] { parts.filter { Self.keywords[$0.key] == nil }.map(\.key) }

  func conninfo() throws(ConnectionParameters.Problem) -> String {
    var words: [String] = []
    for part in parts {
      guard let keyword = Self.keywords[part.key] else { continue }
      var value = part.value
      if keyword == "sslmode" {
        guard let mode = SecureMode.mode(value) else { throw .unknownValue(part.key) }
        value = mode
      }
      words.append("\(keyword)=\(value.asConnectionValue)")
    }
    return words.joined(separator: " ")
  }

  func naming(_ database: String) -> String {
    let value = database.contains { ";'\"".contains($0) || $0.isWhitespace } ? "\"\(database)\"" : database
    let others = parts.filter { Self.keywords[$0.key] != "dbname" }.map(\.text)
    return (others + ["Database=\(value)"]).joined(separator: ";")
  }
}
