// Tablespaces are the server's, so one that was recorded can be gone. What stood in it comes back in the database's own, as stock
// tools bring it back.

import Postgres

struct Tablespaces {
  private let names: Set<[UInt8]>

  init(_ names: [String]) { self.names = Set(names.map { Array($0.utf8) }) }

  /// - Parameter connection: to any database of the server.
  init(_ connection: Connection) throws {
    self.init(try connection.query("SELECT spcname FROM pg_tablespace").compactMap { $0[0] })
  }

  /// - Parameter name: empty for the database's own.
  func lacks(_ name: [UInt8]) -> Bool { !name.isEmpty && !names.contains(name) }

  static func note(_ name: String) -> String {
    "there is no tablespace \(name) any more: what stood in it comes back in the default one"
  }
}
