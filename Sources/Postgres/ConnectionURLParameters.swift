// The parameters after the ? of a database URL. Some drivers have their own names for libpq's parameters, which are
// translated. Parameters that only a driver knows are left out and listed.

import CPostgres
import FileSystem

struct ConnectionURLParameters {
  private(set) var ignored: [String] = []
  private var kept: [String] = []
  private var hosts: [String] = []
  private var ports: [String] = []

  private static let known = ConnectionParameters.knownKeywords
  private static let names = [
    "username": "user", "database": "dbname", "applicationname": "application_name",
    "sslrootcertificate": "sslrootcert",
  ]

  mutating func add(_ parameter: Substring) throws(ConnectionParameters.Problem) {
    let (word, text) = parameter.cut(at: "=") ?? (parameter, "")
    let (name, value) = (String(word), String(text))
    let key = Self.names[name.lowercased()] ?? name.lowercased()
    switch key {
    case "ssl", "sslmode":
      guard let mode = SecureMode.mode(Self.decoded(value)) else { throw .unknownValue(name) }
      kept.append("sslmode=\(mode)")
    case "host": addHost(value)
    case "port": ports.append(value)
    case "unix_sock":
      // pg8000 expects the socket itself, libpq its directory.
      let directory = BytePath(Self.decoded(value)).parent.map { "\($0)" } ?? ""
      hosts.append(ConnectionParameters.percentEncoded(directory))
    default:
      if Self.known.contains(key) { kept.append("\(key)=\(value)") } else { ignored.append(name) }
    }
  }

  /// SQLAlchemy allows several hosts, each with its port.
  private mutating func addHost(_ value: String) {
    let parts = value.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, !value.contains("/"), let port = Int(parts[1]) {
      hosts.append(String(parts[0]))
      ports.append("\(port)")
    } else {
      hosts.append(value)
    }
  }

  var namesHost: Bool { !hosts.isEmpty || kept.contains { $0.hasPrefix("hostaddr=") } }

  var text: String {
    var all = kept
    if !hosts.isEmpty { all.append("host=" + hosts.joined(separator: ",")) }
    if !ports.isEmpty { all.append("port=" + ports.joined(separator: ",")) }
    return all.isEmpty ? "" : "?" + all.joined(separator: "&")
  }

  /// Invalid escapes stay as they are, so that libpq refuses them.
  private static func decoded(_ text: String) -> String {
    var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
    while let byte = rest.first {
      if byte == UInt8(ascii: "%"), rest.count > 2,
        let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
