// What the user may do on the server. The role that acts is asked about: settings of a role or a database can make it
// another one than the one that connected, and the right to create databases is not inherited.

import Postgres

extension ServerAccess {
  /// Why a restored database cannot replace the live one by a swap.
  enum SwapObstacle: CustomStringConvertible {
    case cannotCreate(user: String)
    case notLetIn(reason: String)
    /// Extensions that the server allows in one of its databases only.
    case oneDatabaseOnly([String])
    /// Extensions that the user may not create anew.
    case superusersExtensions([String])
    /// Only other roles could make these objects anew; without a new database they stay.
    case belongsToOthers([String])

    var description: String {
      switch self {
      case .cannotCreate: "the database user may not create databases"
      case .oneDatabaseOnly(let names):
        "this server allows \(names.joined(separator: ", ")) in one database only"
      case .superusersExtensions(let names):
        "only a superuser may create the extension \(names.joined(separator: ", "))"
      case .belongsToOthers(let names):
        "what belongs to others cannot be made anew (\(names.joined(separator: ", ")))"
      case .notLetIn(let reason): "the server does not let this user into a new database (\(reason))"
      }
    }
  }

  struct Rights {
    var mayCreate: Bool
    var mayReplace: Bool
    var user: String
    var owner: String
  }

  /// To be queried in the database from which databases are created and renamed.
  func askedRights() throws -> Rights {
    let rows =
      try maintenanceConnection().query(
        """
        SELECT r.rolsuper OR r.rolcreatedb, d.oid IS NULL OR r.rolsuper OR pg_has_role(d.datdba, 'USAGE'),
          r.rolname, pg_get_userbyid(d.datdba)
        FROM pg_roles r LEFT JOIN pg_database d ON d.datname = $1 WHERE r.rolname = current_user
        """, [live]
      )
    guard let row = rows.first else { throw DatabaseProblem.renamedMeanwhile(live) }
    return Rights(
      mayCreate: row[0] == "t", mayReplace: row[1] == "t", user: row[2] ?? "", owner: row[3] ?? "")
  }

  func checkCanCreate() throws {
    let rights = try rights()
    if !rights.mayCreate { throw DatabaseProblem.cannotCreate(rights.user) }
  }

  /// The reason for restoring in place, if there is one. Not owning the live database is none: then nothing may replace it.
  func swapObstacle() throws -> SwapObstacle? {
    let rights = try rights()
    return rights.mayCreate ? nil : .cannotCreate(user: rights.user)
  }

  /// Whether the server would refuse us in the database that an operation makes, and that does not exist yet: it checks
  /// pg_hba.conf before it looks for the database.
  func obstacle(to token: String) throws -> SwapObstacle? {
    do { _ = try connect(to: derivedName(.restoring, token: token)) } catch let error as DatabaseError
      where error.isNotLetIn
    {
      return .notLetIn(reason: error.message)
    } catch is DatabaseError {}
    return nil
  }

  /// Checks what would prevent renaming the live database, before any session is ended.
  func checkReplaceable() throws {
    let rights = try rights()
    if !rights.mayCreate { throw DatabaseProblem.cannotCreate(rights.user) }
    if !rights.mayReplace { throw DatabaseProblem.notOwner(database: live, owner: rights.owner) }
    try checkUnattached()
    try checkUnprepared(live)
  }
}

extension ServerAccess {
  /// The rights of the user's own role on the server, for people.
  func rightsInWords() throws -> String {
    let rows =
      try maintenanceConnection().query(
        """
        SELECT current_user, rolsuper, rolcreaterole,
          (SELECT string_agg(quote_ident(datname), ', ' ORDER BY datname) FROM pg_database
            WHERE datdba = me.oid AND datname !~ '_restoring_[0-9]{8}_[0-9]{6}_[0-9a-f]+$'),
          (SELECT string_agg(m.roleid::regrole::text, ', ' ORDER BY 1) FROM pg_auth_members m WHERE m.member = me.oid)
        FROM pg_roles me WHERE rolname = current_user
        """
      )
    guard let row = rows.first else { return "the database user" }
    if row[1] == "t" { return "\(row[0] ?? ""), a superuser, who may do anything on the server" }
    let rights = [
      row[2] == "t" ? "makes and drops roles" : nil, row[3].map { "owns the databases \($0)" },
      row[4].map { "is a member of \($0)" },
    ].compactMap { $0 }
    return "\(row[0] ?? "")" + (rights.isEmpty ? "" : ", who \(rights.joined(separator: ", "))")
  }
}

extension ServerAccess {
  /// Whether something in the archive can be made only by other roles. If none of that has rows, it can stay while the rest
  /// is restored in place.
  /// - Throws: `DatabaseProblem.notMember` if it cannot.
  func ownerObstacle(_ contents: ArchiveContents, _ request: DatabaseRequest) throws -> SwapObstacle? {
    do { try checkMembership(contents, request) } catch let problem as DatabaseProblem {
      guard liveOID != nil else { throw problem }
      let others = try OthersObjects(source.connect())
      try checkMembership(contents, request, except: others.entries(in: contents))
      if others.holdsRows || !others.needed.isEmpty { throw problem }
      return .belongsToOthers(others.kept.prefix(3).map(\.description))
    }
    return nil
  }

  /// Only a member of a role can make it the owner of objects, and set its default privileges.
  /// - Parameter left: entries that are not restored.
  func checkMembership(
    _ contents: ArchiveContents, _ request: DatabaseRequest, except left: Set<Int> = []
  ) throws {
    // Then objects that cannot be given to their owner are left out.
    if request.allowsPartial == true { return }
    let concerned = contents.entries.filter { entry in
      if left.contains(entry.dumpID) { return false }
      if entry.kind == "DEFAULT ACL" { return !request.leavesPrivilegesOut }
      return !request.leavesOwnersOut && !Self.ownerless.contains(entry.kind)
    }
    let owners = Set(concerned.compactMap(\.owner)).map { DatabaseEncoding(contents.encoding).text($0) }
    // Since version 16, membership alone does not allow acting for a role.
    let right = serverMajor >= 16 ? "SET" : "MEMBER"
    let foreign = try maintenanceConnection().query(
      """
      SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[]) AND rolname !~ '^pg_' AND NOT pg_has_role(oid, $2)
      ORDER BY 1
      """, [owners.filter { !$0.isEmpty }.asArray, right]
    ).compactMap { $0[0] }
    if !foreign.isEmpty { throw DatabaseProblem.notMember(foreign) }
  }

  /// Kinds of entries whose owner pg_restore does not restore.
  private static let ownerless: Set<String> = [
    "COMMENT", "ACL", "SECURITY LABEL", "EXTENSION", "INDEX", "INDEX ATTACH", "CONSTRAINT",
    "CHECK CONSTRAINT",
    "FK CONSTRAINT", "DEFAULT", "TRIGGER", "RULE", "POLICY", "ROW SECURITY", "TABLE DATA", "TABLE ATTACH",
    "SEQUENCE SET", "SEQUENCE OWNED BY", "MATERIALIZED VIEW DATA", "PUBLICATION TABLE",
    "PUBLICATION TABLES IN SCHEMA",
    "SUBSCRIPTION", "SUBSCRIPTION TABLE", "CAST", "TRANSFORM", "USER MAPPING", "ENCODING", "STDSTRINGS",
    "SEARCHPATH",
    "DATABASE", "DATABASE PROPERTIES", "BLOBS", "STATISTICS DATA", "SHELL TYPE",
  ]
}
