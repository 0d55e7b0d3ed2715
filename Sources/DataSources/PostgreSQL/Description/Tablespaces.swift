// The server's tablespaces. A recorded one may no longer exist; what was in it is restored into the database's default
// tablespace, as stock tools do.

import Postgres

struct Tablespaces {
  private let names: Set<[UInt8]>

  init(_ names: [String]) { self.names = Set(names.map { Array($0.utf8) }) }

  /// - Parameter connection: to any database of the server.
  init(_ connection: Connection) throws {
    self.init(try connection.query("SELECT spcname FROM pg_tablespace").compactMap { $0[0] })
  }

  /// - Parameter name: empty for the database's default.
  func lacks(_ name: [UInt8]) -> Bool { !name.isEmpty && !names.contains(name) }

  static func note(_ name: String) -> String {
    "there is no tablespace \(name) any more: what stood in it comes back in the default one"
  }
}
