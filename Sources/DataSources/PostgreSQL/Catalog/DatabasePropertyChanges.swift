// Applies the recorded properties of a database to another one, or to its present state. Only differences are applied; what
// cannot be applied is left out and reported.

import FileSystem
import Postgres

extension DatabaseProperties {
  private struct Step {
    /// For people. The statement itself is not shown, because a setting's value can be a secret.
    var what: String
    var sql: String
  }

  /// Applies the properties to a database. Whatever names a role that is gone, or needs more rights than the user has, is
  /// left out and reported.
  /// - Parameter present: its present properties, to which only differences are applied; nil for a new database.
  func apply(
    to database: String, over present: DatabaseProperties? = nil, _ connection: Connection
  ) throws -> [String] {
    let roles = try connection.query("SELECT rolname FROM pg_roles").compactMap { $0[0] }
    var notes: [String] = []
    func known(_ role: String?, _ what: String) -> Bool {
      guard let role, !roles.contains(where: role.hasSameBytes) else { return true }
      notes.append("the role \(role) does not exist any more: \(what) left out")
      return false
    }
    let target = database.asIdentifier
    var steps: [Step] = []
    if connectionLimit != present?.connectionLimit ?? -1 {
      let sql = "ALTER DATABASE \(target) CONNECTION LIMIT \(connectionLimit)"
      steps.append(Step(what: "the connection limit", sql: sql))
    }
    if isTemplate != present?.isTemplate {
      let sql = "ALTER DATABASE \(target) IS_TEMPLATE \(isTemplate == true)"
      steps.append(Step(what: "that it is a template", sql: sql))
    }
    if comment.map({ ExactText($0) }) != present?.comment.map({ ExactText($0) }) {
      let sql = "COMMENT ON DATABASE \(target) IS \(comment?.asLiteral ?? "NULL")"
      steps.append(Step(what: "the comment", sql: sql))
    }
    steps += settingSteps(target, over: present, known) + grantSteps(target, over: present, known)
    for step in steps where try !isAllowed(step, connection) {
      notes.append("no right to repeat \(step.what) of the database: left out")
    }
    let user = try connection.query("SELECT current_user").first?[0]
    if owner != present?.owner ?? user && known(owner, "ownership") {
      try giveToOwner(database, connection)
    }
    return notes
  }

  private func settingSteps(
    _ target: String, over present: DatabaseProperties?, _ known: (String?, String) -> Bool
  ) -> [Step] {
    let former = present?.settings ?? []
    if settings == former { return [] }
    let subjects = Set(former.map { ExactText($0.subject(target)) }).sorted()
    return subjects.map { Step(what: "the settings", sql: "ALTER \($0.wrappedValue) RESET ALL") }
      + settings.filter { known($0.role, "its setting \($0.name)") }.map { setting in
        Step(
          what: "the setting \(setting.name)" + (setting.role.map { " of \($0)" } ?? ""),
          sql: "ALTER \(setting.subject(target)) SET \(setting.name.asSettingName) = \(setting.asValue)")
      }
  }

  private func grantSteps(
    _ target: String, over present: DatabaseProperties?, _ known: (String?, String) -> Bool
  ) -> [Step] {
    if grants == present?.grants { return [] }
    let holder = present?.owner ?? owner
    var others = (present?.grants ?? []).map(\.quotedGrantee) + ["PUBLIC"]
    if known(holder, "what its owner gave up") { others.append(holder.asIdentifier) }
    let list = Set(others.map { ExactText($0) }).sorted().map(\.wrappedValue).joined(separator: ", ")
    var steps = [Step(what: "the privileges", sql: "REVOKE ALL ON DATABASE \(target) FROM \(list)")]
    if grants == nil {
      for privileges in [
        "CONNECT, TEMPORARY ON DATABASE \(target) TO PUBLIC",
        "ALL ON DATABASE \(target) TO \(holder.asIdentifier)",
      ] {
        steps.append(Step(what: "the privileges", sql: "GRANT \(privileges)"))
      }
    }
    return steps
      + (grants ?? []).filter { known($0.grantee, "its privilege \($0.privilege)") }.map { grant in
        let option = grant.isGrantable ? " WITH GRANT OPTION" : ""
        return Step(
          what: "the privilege \(grant.privilege) of \(grant.grantee ?? "PUBLIC")",
          sql: "GRANT \(grant.privilege) ON DATABASE \(target) TO \(grant.quotedGrantee)\(option)")
      }
  }

  /// Runs a statement, and reports false if the user has no right to it.
  private func isAllowed(_ step: Step, _ connection: Connection) throws -> Bool {
    let isInTransaction = connection.isInTransaction
    if isInTransaction { try connection.execute("SAVEPOINT property") }
    do {
      try connection.execute(step.sql)
    } catch {
      guard error.isPermission else {
        throw DatabaseError(
          sqlState: error.sqlState, operation: "repeat \(step.what) of the database", message: error.message)
      }
      if isInTransaction { try connection.execute("ROLLBACK TO SAVEPOINT property") }
      return false
    }
    if isInTransaction { try connection.execute("RELEASE SAVEPOINT property") }
    return true
  }
}

extension DatabaseProperties.Grant {
  fileprivate var quotedGrantee: String { grantee?.asIdentifier ?? "PUBLIC" }
}

extension DatabaseProperties.Setting {
  /// The subject of `ALTER`: the database, or a role in it.
  fileprivate func subject(_ database: String) -> String {
    role.map { "ROLE \($0.asIdentifier) IN DATABASE \(database)" } ?? "DATABASE \(database)"
  }

  /// Settings that are lists of names are stored as identifiers, quoted if needed, which pg_dump also takes into account; an
  /// empty name among them can only be written as a literal.
  fileprivate var asValue: String {
    let lists = [
      "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries",
      "temp_tablespaces", "unix_socket_directories",
    ]
    if !lists.contains(name.lowercased()) { return value.asLiteral }
    let names = Self.identifiers(in: value)
    return names.isEmpty ? "''" : names.map(\.asLiteral).joined(separator: ", ")
  }

  /// The names in a list such as `public, "a, b", ""`.
  static func identifiers(in list: String) -> [String] {
    var names: [String] = []
    var rest = list.unicodeScalars[...]
    while true {
      rest = rest.drop { $0.properties.isWhitespace }
      var name = String.UnicodeScalarView()
      if rest.first == "\"" {
        rest.removeFirst()
        while let scalar = rest.popFirst() {
          if scalar == "\"" {
            guard rest.first == "\"" else { break }
            rest.removeFirst()
          }
          name.append(scalar)
        }
      } else {
        name.append(contentsOf: rest.prefix { $0 != "," && !$0.properties.isWhitespace })
        if name.isEmpty { return names }
        rest.removeFirst(name.count)
      }
      names.append(String(name))
      rest = rest.drop { $0.properties.isWhitespace }
      guard rest.popFirst() == "," else { return names }
    }
  }
}

extension String {
  /// A setting's name may have a prefix, as in `app.tenant`.
  fileprivate var asSettingName: String {
    split(separator: ".").map { String($0).asIdentifier }.joined(separator: ".")
  }
}
