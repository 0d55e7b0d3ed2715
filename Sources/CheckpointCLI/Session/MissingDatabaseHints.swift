// What to do about a database that earlier checkpoints hold and that is not found any more.

import Checkpoints

extension Workspace {
  func hints(ofMissing databases: [MissingDatabase]) -> [String] {
    var hints: [String] = []
    let clues = session.clues()
    if !clues.otherAddresses.isEmpty {
      let others = clues.otherAddresses.joined(separator: ", ")
      hints.append("\(others) may be its address: git config checkpoint.database.env NAME")
    } else if let variables = clues.unnamed {
      hints.append("\(variables) say where a server is; PGDATABASE names the database on it")
    } else {
      hints.append("set DATABASE_URL, or give --database URL")
    }
    let names = databases.map { $0.name == "main" ? "database" : "database.\($0.name)" }
    return hints + names.map { "if the project has it no more: git config checkpoint.\($0).url none" }
  }
}
