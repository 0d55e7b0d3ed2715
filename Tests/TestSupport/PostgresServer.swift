// A PostgreSQL server of the tests' own: made once for a test process, reached only through a socket in a
// temporary directory, run by an ordinary account because PostgreSQL refuses root. A small shell waits on a
// pipe whose other end this process holds; when that closes, by an orderly end or by a kill, it stops the
// server and removes its directory.

import CLinux
import FileSystem
import Glibc
import Synchronization

package final class PostgresServer: Sendable {
  /// The directory of a server's programs that the tests are to use instead of Debian's: `scripts/test --servers`.
  package static let chosen = ProcessEnvironment.variables["CHECKPOINT_TEST_POSTGRES"].map { BytePath($0) }

  /// Those chosen, else the newest of Debian's versioned directories; nil if no server is installed. A choice that
  /// does not hold fails the tests instead of leaving them out.
  package static let programs: BytePath? = {
    if let chosen { return chosen }
    let base: BytePath = "/usr/lib/postgresql"
    let versions = ((try? FileTree.list(base)) ?? []).compactMap { $0.exactText.flatMap { Int($0) } }.sorted()
    return versions.last.map { base.appending("\($0)/bin") }.flatMap {
      FileTree.exists($0.appending("initdb")) ? $0 : nil
    }
  }()

  package static var isInstalled: Bool { programs != nil }
  package static let whyNot = "PostgreSQL's server programs are not installed (apt-get install postgresql)"

  private static let started = Result {
    let server = try PostgresServer()
    running.withLock { $0 = (server.guardian, server.lifeline.withLock { $0?.descriptor ?? -1 }) }
    // The shell would do it anyway; this waits for it, so that nothing is left when the process is gone.
    atexit { PostgresServer.stop() }
    return server
  }

  /// The server of this process; the first who asks starts it.
  package static func shared() throws -> PostgresServer { try started.get() }

  /// A server of one test's own, which may be stopped and started otherwise. It ends soon after its last use.
  package static func separate() throws -> PostgresServer { try PostgresServer(copying: prepared.get()) }

  /// A directory as initdb makes it, which takes it a second. It goes away with the shared server's. What is copied from
  /// it has one system identifier, and the shared server another one.
  private static let prepared = Result {
    let place = try shared().directory.appending("prepared")
    try initialize(place, shared().programs)
    return place
  }

  /// Starts it anew as a standby that waits for a primary that does not come.
  package func restartInRecovery() throws {
    let data = directory.appending("data")
    try Self.run(Self.account + [programs.appending("pg_ctl"), "-D", data, "-m", "fast", "-w", "stop"])
    try Self.run(Self.account + ["touch", data.appending("standby.signal")])
    try Self.run(
      Self.account + [
        programs.appending("pg_ctl"), "-D", data, "-l", directory.appending("log"), "-w", "-t", "60", "start",
      ])
  }

  /// As after a crash: without a shutdown, so that the server replays its log.
  package var restartCommand: [BytePath] {
    Self.account + [
      programs.appending("pg_ctl"), "-D", directory.appending("data"), "-l", directory.appending("log"), "-m",
      "immediate", "-w", "-t", "60", "restart",
    ]
  }

  package func restart() throws { try Self.run(restartCommand) }

  /// For good.
  package func stop() throws { try Self.run(restartCommand.dropLast() + ["stop"]) }

  /// The directory of the socket.
  package let directory: BytePath
  package let programs: BytePath
  private let guardian: pid_t
  /// Open as long as the server is wanted.
  private let lifeline: Mutex<OpenFile?>
  private let counter = Atomic<Int>(0)

  private static let account: [BytePath] =
    getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []

  /// - Parameter prepared: a data directory of another server that never ran.
  private init(copying prepared: BytePath? = nil) throws {
    guard let programs = Self.programs else { throw ProgramFailure(Self.whyNot) }
    self.programs = programs
    var template = TestPlace.path.appending("cptest.XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    guard mkdtemp(&template) != nil else {
      throw SystemError(operation: "make a directory in", path: TestPlace.path)
    }
    directory = BytePath(template.dropLast().map { UInt8(bitPattern: $0) })
    try FileTree.setPermissions(directory, 0o711)
    let (guardian, lifeline) = try Self.startGuardian(directory, programs)
    self.guardian = guardian
    self.lifeline = Mutex(lifeline)
    if getuid() == 0 { try Self.run(["chown", "postgres:", directory]) }

    let data = directory.appending("data")
    if let prepared {
      try Self.run(Self.account + ["cp", "-a", prepared, data])
    } else {
      try Self.initialize(data, programs)
    }
    let files = SystemFileOperations()
    let settings = """
      listen_addresses = ''
      unix_socket_directories = '\(directory)'
      timezone = 'UTC'
      max_connections = 100
      fsync = off
      synchronous_commit = off
      full_page_writes = off
      wal_level = logical
      password_encryption = 'scram-sha-256'
      autovacuum_naptime = '10min'

      """
    try files.write(
      Array(settings.utf8), to: OpenFile.open(data.appending("postgresql.conf"), flags: O_WRONLY | O_APPEND))
    // Members of the role with_password need a password; all others are trusted.
    let access = "local all +with_password scram-sha-256\nlocal all all trust\n"
    try files.write(
      Array(access.utf8), to: OpenFile.open(data.appending("pg_hba.conf"), flags: O_WRONLY | O_TRUNC))
    try Self.run(
      Self.account + [
        programs.appending("pg_ctl"), "-D", data, "-l", directory.appending("log"), "-w", "-t", "60", "start",
      ])
    try psql("CREATE ROLE with_password NOLOGIN")
  }

  private static func initialize(_ data: BytePath, _ programs: BytePath) throws {
    try run(
      account + [
        programs.appending("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1",
      ])
  }

  /// The shell is waited for: a child that is never reaped keeps the watch over exit tests busy for ever.
  deinit {
    lifeline.withLock { $0 = nil }
    waitpid(guardian, nil, 0)
  }

  private static let running = Mutex<(guardian: pid_t, lifeline: Int32)?>(nil)

  private static func stop() {
    guard let (guardian, lifeline) = running.withLock({ $0 }) else { return }
    close(lifeline)
    waitpid(guardian, nil, 0)
  }

  /// A shell that outlives this process for as long as cleaning up takes.
  private static func startGuardian(_ directory: BytePath, _ programs: BytePath) throws -> (pid_t, OpenFile) {
    let (read, write) = try Program.pipe()
    let script = """
      trap '' HUP INT TERM
      cat >/dev/null
      \(account.map(\.description).joined(separator: " ")) \(programs)/pg_ctl -D \(directory)/data -m immediate -w stop
      rm -rf \(directory)
      """
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, read.descriptor, 0)
    for descriptor in [Int32(1), 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_addchdir_np(&actions, "/")
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Out of reach of a Ctrl-C that is meant for the tests.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var process = pid_t()
    let words: [UnsafeMutablePointer<CChar>?] =
      ["sh", "-c", script].map { (word: String) in strdup(word) } + [nil]
    defer { for word in words { free(word) } }
    let code = posix_spawnp(&process, "sh", &actions, &attributes, words, environ)
    if code != 0 { throw SystemError(code: code, operation: "start", path: "sh") }
    return (process, write)
  }

  private static func run(_ words: [BytePath]) throws {
    try Program.run(words, environment: ["LC_ALL": "C.UTF-8"]).succeeded()
  }

  /// Runs SQL as the server's superuser, or as another role, and returns what psql printed: rows without
  /// decoration, columns separated by `|`.
  @discardableResult
  package func psql(_ sql: String, as user: String = "postgres", in database: String = "postgres") throws
    -> String
  {
    var text = try Program.run(
      psqlWords(user, database) + ["-f", "-"], environment: ["LC_ALL": "C.UTF-8"], input: Array(sql.utf8)
    ).succeeded().text
    if text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  /// psql for a user and a database, as far as what it is to run.
  package func psqlWords(_ user: String, _ database: String) -> [BytePath] {
    [
      programs.appending("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", directory, "-U",
      BytePath(user),
      "-d", BytePath(database),
    ]
  }

  /// A session that runs `sql` in a transaction and then stays there until it is ended.
  package func session(_ sql: String, as user: String = "postgres", in database: String) throws
    -> RunningProgram
  {
    let script = "BEGIN;\n\(sql);\n\\echo ready\nSELECT pg_sleep(120);\n"
    let session = try Program.start(
      psqlWords(user, database) + ["-f", "-"], environment: ["PGAPPNAME": "a long report"],
      input: Array(script.utf8))
    try session.waitForOutput("ready")
    return session
  }

  package enum Rights: String, Sendable {
    case plain = "NOCREATEDB"
    case createDatabases = "CREATEDB"
    case superuser = "SUPERUSER"
  }

  /// A new database that belongs to a new role.
  /// - Parameters:
  ///   - options: of `CREATE DATABASE`, such as an encoding.
  ///   - suffix: what its name ends with.
  package func makeDatabase(_ rights: Rights = .createDatabases, options: String = "", suffix: String = "")
    throws -> TestDatabase
  {
    let database = newDatabase(suffix)
    try psql(Self.creation(of: database, rights, options))
    return database
  }

  private func newDatabase(_ suffix: String) -> TestDatabase {
    let number = counter.add(1, ordering: .relaxed).newValue
    var database = TestDatabase(server: self, name: "shop\(number)\(suffix)", role: "owner\(number)")
    database.use = DatabaseUse(self, number)
    return database
  }

  // MARK: Databases that are not used any more

  private let retired = Mutex<[Int]>([])

  /// Drops databases and what was made from them, several at once: the disk or the memory would not hold those of all
  /// tests. What cannot be dropped stays.
  fileprivate func retire(_ number: Int) {
    let numbers = retired.withLock { retired -> [Int] in
      retired.append(number)
      if retired.count < 20 { return [] }
      defer { retired = [] }
      return retired
    }
    if numbers.isEmpty { return }
    let names = "^shop(\(numbers.map(String.init).joined(separator: "|")))([^0-9]|$)"
    _ = try? Program.run(
      psqlWords("postgres", "postgres") + ["-v", "ON_ERROR_STOP=0", "-f", "-"],
      environment: ["LC_ALL": "C.UTF-8"],
      input: Array(
        """
        SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', datname)
        FROM pg_database WHERE datname ~ '\(names)' \\gexec

        """.utf8))
  }

  private static func creation(of database: TestDatabase, _ rights: Rights, _ options: String) -> String {
    let name = "\"" + database.name.replacing("\"", with: "\"\"") + "\""
    return """
      CREATE ROLE \(database.role) LOGIN \(rights.rawValue);
      CREATE DATABASE \(name) OWNER \(database.role) \(options);

      """
  }

  // MARK: The usual contents

  /// What a small database holds.
  package static let smallContents = """
    CREATE TABLE people (id int PRIMARY KEY, name text);
    INSERT INTO people SELECT n, 'person ' || n FROM generate_series(1, 100) n;
    CREATE TABLE things (what text);
    INSERT INTO things VALUES ('one'), ('two');
    """

  /// A database with `smallContents` from which others are copied.
  private static let template = "template_small"
  private let isTemplateMade = Mutex(false)

  /// A new database with `smallContents`, which belong to its owner. Copying them is quicker than making them.
  package func makeSmallDatabase(_ rights: Rights) throws -> TestDatabase {
    try isTemplateMade.withLock { isMade in
      if isMade { return }
      try psql("CREATE DATABASE \(Self.template)")
      try psql(Self.smallContents, in: Self.template)
      isMade = true
    }
    let database = newDatabase("")
    try psql(
      Self.creation(of: database, rights, "TEMPLATE \(Self.template) STRATEGY file_copy") + """
        \\connect \(database.name)
        ALTER TABLE people OWNER TO \(database.role);
        ALTER TABLE things OWNER TO \(database.role);
        """)
    return database
  }
}

extension PostgresServer {
  /// Waits until a query answers `t`.
  package func waitUntil(_ sql: String, limit: Double = 60) throws {
    let deadline = MonotonicTime.now + limit
    while try psql(sql) != "t" {
      if MonotonicTime.now > deadline { throw ProgramFailure("this did not become true: \(sql)") }
    }
  }
}

/// Stands for everyone who still uses a database; when the last one is gone, it may be dropped.
final class DatabaseUse: Sendable {
  private let server: PostgresServer
  private let number: Int

  fileprivate init(_ server: PostgresServer, _ number: Int) { (self.server, self.number) = (server, number) }

  deinit { server.retire(number) }
}
