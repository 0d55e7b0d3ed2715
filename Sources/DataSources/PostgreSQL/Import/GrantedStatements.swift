// Runs statements that every dump has and that a role without rights cannot run, in our own session: extensions at once,
// owners and privileges at the end, after everything was given to the user's role.

import Postgres

final class GrantedStatements {
  private static let limit = 64 << 20

  private struct Deferred {
    var statement: ScriptStatement
    /// The search path by which it finds names.
    var path: String
  }

  private let connection: Connection
  private let runner: StatementRunner
  private let roleConnection: Connection
  private let role: String
  private let roles: Set<String>
  private let place: (ScriptStatement) -> String
  private var deferred: [Deferred] = []
  private var deferredBytes = 0
  /// The script's search_path; nil if a later statement may have changed it.
  private var knownPath: String?
  /// The role that the script acts as.
  private var session: String?
  /// The owner of the schema public, if the server does not give it to the database's owner by itself.
  private let schemaOwner: String?
  /// Relations of extensions that our own session created. Others that the file calls an extension's may be its own.
  private var members: Set<String> = []

  /// Extensions that PostgreSQL does not trust, but that let a user without rights do no more than read this database. Other
  /// extensions connect to other places, start processes or read files.
  private static let harmless: Set<String> = [
    "address_standardizer", "address_standardizer_data_us", "amcheck", "bloom", "earthdistance", "hll",
    "hypopg", "ip4r",
    "moddatetime", "pg_buffercache", "pg_freespacemap", "pg_stat_statements", "pg_visibility", "pgrowlocks",
    "pgstattuple",
    "postgis", "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder", "postgis_topology", "prefix",
    "rum", "semver",
    "sslinfo", "vector",
  ]

  /// - Parameter connection: the user's own connection to the scratch database.
  init(
    _ connection: Connection, _ role: ImportRole, place: @escaping (ScriptStatement) -> String,
    note: @escaping (String) -> Void
  ) throws {
    (self.connection, self.role, self.place) = (connection, role.name, place)
    // The role's session may hold locks until we are done, so waiting for a lock has a limit.
    try connection.execute("SET lock_timeout = '10s'")
    roleConnection = role.connection
    runner = try StatementRunner(
      connection, standardPath: connection.standardPath(), place: place, note: note)
    roles = Set(try connection.query("SELECT rolname FROM pg_roles").compactMap { $0[0] })
    schemaOwner = try connection.query(
      """
      SELECT pg_get_userbyid(nspowner) FROM pg_namespace, pg_roles me
      WHERE nspname = 'public' AND nspowner <> 6171 AND me.rolname = current_user AND me.rolsuper
      """
    ).first?[0]
    if schemaOwner != nil {
      try connection.execute("ALTER SCHEMA public OWNER TO \(role.name.asIdentifier)")
    }
  }

  /// - Returns: whether it was run, or will be at the end.
  func takes(_ statement: ScriptStatement) throws -> Bool {
    guard let form = GrantedForm(statement) else {
      knownPath = nil
      if let session, !["SET", "RESET", "SELECT"].contains(statement.words.first) {
        throw ImportProblem.otherSession(session, line: statement.line)
      }
      return try isExtensionsSequence(statement) && under(path()) { try run(statement) }
    }
    switch form {
    case .owner(let role):
      try check(role)
      try `defer`(statement)
    case .privilege: try `defer`(statement)
    case .defaultPrivilege(let role):
      if let role { try check(role) }
      try `defer`(statement)
    case .session(let role):
      if let role { try check(role) }
      session = role
      try `defer`(statement)
    case .newExtension(let name):
      // PostgreSQL allows the owner of a database to create these.
      if try isTrusted(name) { return false }
      guard Self.harmless.contains(name) else {
        throw ImportProblem.doubtfulExtension(name, place: place(statement))
      }
      try checkUntouched(statement)
      try under(path()) { _ = try run(statement) }
      try noteMembers(of: name)
      return true
    case .extensionComment: return try run(statement)
    }
    return true
  }

  /// Loads rows of tables that belong to an extension and not to the role.
  /// - Returns: whether it was such a table.
  func copy(_ statement: ScriptStatement, _ rows: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void)
    throws -> Bool
  {
    guard statement.text.count < Self.formLimit, let tokens = SQLToken.all(of: statement.text) else {
      return false
    }
    var rest = TokenReader(tokens)
    guard rest.take("copy"), let name = rest.taken({ $0.qualifiedName() }) else { return false }
    let columns = rest.taken { $0.arguments() } ?? []
    guard rest.take("from stdin"), rest.isAtEnd else { return false }
    let relation = try under(path()) { try member(Self.text(of: name)) }
    guard let relation else { return false }
    // With its qualified name, because the extension's own triggers do not find names by the file's path.
    let table = try connection.query(
      "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = $1::oid",
      [relation]
    ).first?[0]
    guard let table else { return false }
    try connection.copyIn(
      statement: Array("COPY \(table) \(Self.text(of: columns)) FROM stdin".utf8), rows)
    return true
  }

  /// The longest statement, in bytes, whose words are looked at: names of as many columns as a table can have.
  private static let formLimit = 1 << 18

  /// The names and the symbols between them.
  private static func text(of tokens: ArraySlice<SQLToken>) -> String {
    tokens.map { token in
      switch token {
      case .word(let text), .quoted(let text): text.asIdentifier
      case .symbol(let byte): String(UnicodeScalar(byte))
      case .literal, .number: ""
      }
    }.joined()
  }

  private func noteMembers(of name: String) throws {
    let found = try connection.query(
      """
      SELECT d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
      WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND e.extname = $1
      """, [name])
    members.formUnion(found.compactMap { $0[0] })
  }

  /// The OID of an extension's relation that has this name under the session's path.
  private func member(_ relation: String) throws -> String? {
    let found = try connection.query("SELECT pg_catalog.to_regclass($1)::pg_catalog.oid", [relation])
    return found.first?[0].flatMap { members.contains($0) ? $0 : nil }
  }

  /// Whether the statement is `SELECT pg_catalog.setval('s.n', 7, true)` for a sequence of an extension.
  private func isExtensionsSequence(_ statement: ScriptStatement) throws -> Bool {
    guard statement.words.first == "SELECT", statement.text.count < Self.formLimit,
      let tokens = SQLToken.all(of: statement.text)
    else { return false }
    var rest = TokenReader(tokens)
    guard rest.take("select pg_catalog"), rest.symbol("."), rest.take("setval"), rest.symbol("("),
      let name = rest.literal(), rest.symbol(","), rest.number(), rest.symbol(","),
      rest.takeAny(["true", "false"]) != nil, rest.symbol(")"), rest.isAtEnd
    else { return false }
    return try under(path()) { try member(name) } != nil
  }

  private func check(_ role: String) throws {
    if !roles.contains(role) { throw ImportProblem.missingRole(role) }
  }

  private func isTrusted(_ name: String) throws -> Bool {
    if connection.serverMajorVersion < 13 { return false }
    return try !connection.query(
      """
      SELECT FROM pg_available_extension_versions v JOIN pg_available_extensions e USING (name)
      WHERE name = $1 AND v.version = e.default_version AND (v.trusted OR NOT v.superuser)
      UNION ALL SELECT FROM pg_extension WHERE extname = $1
      """, [name]
    ).isEmpty
  }

  /// Refuses objects in the schemas in which an extension's script finds names: the script could run what the dump has put
  /// there, with rights that the dump does not have. pg_dump writes extensions first.
  private func checkUntouched(_ statement: ScriptStatement) throws {
    let found = try connection.query(
      """
      SELECT FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid WHERE r.rolname = $1
        AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND s.classid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass, 'pg_class'::regclass)
      LIMIT 1
      """, [role])
    if !found.isEmpty { throw ImportProblem.lateExtension(place: place(statement)) }
  }

  private func `defer`(_ statement: ScriptStatement) throws {
    deferredBytes += statement.text.count
    if deferredBytes > Self.limit {
      throw ImportProblem.tooLong("owners and privileges", line: statement.line)
    }
    deferred.append(Deferred(statement: statement, path: try path()))
  }

  private func path() throws -> String {
    if let knownPath { return knownPath }
    let path = try roleConnection.searchPath()
    knownPath = path
    return path
  }

  /// Runs `body` with the file's path, so that names mean what they mean in the file. That path can be malicious, so calls
  /// in `body` are qualified.
  private func under<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    try connection.setSearchPath(path, ofSession: true)
    let result = try body()
    try connection.setSearchPath("pg_catalog", ofSession: true)
    return result
  }

  private func run(_ statement: ScriptStatement) throws -> Bool {
    do { try runner.run(statement) } catch let error as DatabaseError {
      if error.isCancelled { throw error }
      throw ImportProblem.missingRole(in: error.message)
        ?? .statement(place: place(statement), message: "\(error)")
    }
    return true
  }

  /// Refuses what would run by itself if our own session read the database or the server analyzed it, because the server
  /// then evaluates expressions of indexes and statistics, bounds of ranges and casts.
  private func checkQuiet() throws {
    let found = try connection.query(
      """
      WITH own AS (
        SELECT 'pg_proc'::regclass::oid AS class, oid FROM pg_proc WHERE proowner = $1::regrole
        UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprowner = $1::regrole
        UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typowner = $1::regrole AND typtype = 'd')
      SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend d JOIN own
        ON own.class = d.refclassid AND own.oid = d.refobjid
      LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
      WHERE c.relkind IN ('i', 'I', 'p') OR d.classid = 'pg_statistic_ext'::regclass
        OR d.classid = 'pg_attrdef'::regclass AND EXISTS (
          SELECT FROM pg_attrdef f JOIN pg_attribute a ON (a.attrelid, a.attnum) = (f.adrelid, f.adnum)
          WHERE f.oid = d.objid AND a.attgenerated <> '')
        OR d.classid = 'pg_cast'::regclass
      UNION SELECT pg_describe_object('pg_type'::regclass, rngtypid, 0) FROM pg_range
      WHERE rngcanonical IN (SELECT oid FROM own) OR rngsubdiff IN (SELECT oid FROM own)
      """, [role.asIdentifier]
    ).compactMap { $0[0] }
    if !found.isEmpty { throw ImportProblem.runsByItself(found) }
  }

  /// Gives everything to the user's own role, and from there to the owners named in the dump.
  func finish() throws {
    try checkQuiet()
    func run(_ text: String) throws { try connection.execute(script: Array(text.utf8)) }
    // Only sessions that the dump itself started can hold locks there.
    try run("BEGIN; SET LOCAL lock_timeout = '10s'")
    if let schemaOwner {
      // A dump may have dropped the schema.
      let isThere = try connection.query("SELECT FROM pg_namespace WHERE nspname = 'public'")
      if !isThere.isEmpty { try run("ALTER SCHEMA public OWNER TO \(schemaOwner.asIdentifier)") }
    }
    try run("REASSIGN OWNED BY \(role.asIdentifier) TO CURRENT_USER")
    for one in deferred { try under(one.path) { _ = try self.run(one.statement) } }
    try run("RESET SESSION AUTHORIZATION; DROP OWNED BY \(role.asIdentifier); COMMIT")
  }
}
