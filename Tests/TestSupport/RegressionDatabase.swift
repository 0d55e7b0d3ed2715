// PostgreSQL's own regression database: what its developers made up to test every feature, and left there so that
// others can try pg_dump on it. `scripts/test --all` fetches the scripts; they are run in the order of their schedule.

import FileSystem

package enum RegressionDatabase {
  /// PostgreSQL's src/test/regress, with the library that its functions in C are in.
  package static let directory = ProcessEnvironment.variables["CHECKPOINT_TEST_REGRESSION"].map {
    BytePath($0)
  }

  package static let whyNot = "scripts/test --all fetches the scripts"

  /// Makes it. Some statements are meant to fail, so the exit code says nothing.
  package static func load(into server: PostgresServer) throws -> TestDatabase {
    guard let directory else { throw ProgramFailure(whyNot) }
    let database = TestDatabase(server: server, name: "regression", role: "postgres")
    try server.psql("CREATE DATABASE regression TEMPLATE template0")
    for setting in ["lc_messages", "lc_monetary", "lc_numeric", "lc_time"] {
      try server.psql("ALTER DATABASE regression SET \(setting) = 'C'")
    }
    // Some scripts write files there, as the server's account.
    let results = server.directory.appending("data/results")
    try Program.run(["install", "-d", "-m", "777", results]).succeeded()
    let environment = [
      "PG_ABS_SRCDIR": "\(directory)", "PG_ABS_BUILDDIR": "\(server.directory.appending("data"))",
      "PG_LIBDIR": "\(directory)", "PG_DLSUFFIX": ".so", "PGTZ": "PST8PDT", "PGDATESTYLE": "Postgres, MDY",
      "PGOPTIONS": "-c intervalstyle=postgres_verbose",
    ]
    for name in try scripts(directory) {
      let script = try FileTree.readAll(directory.appending("sql/\(name).sql"))
      let words: [BytePath] = [
        server.programs.appending("psql"), "-X", "-q", "-h", server.directory, "-U", "postgres", "-d",
        "regression",
      ]
      let result = try Program.start(words, environment: environment, input: script).wait(limit: 180)
      if result.timedOut { throw ProgramFailure("\(result)") }
    }
    return database
  }

  private static func scripts(_ directory: BytePath) throws -> [String] {
    let schedule = try FileTree.readAll(directory.appending("parallel_schedule"))
    return String(decoding: schedule, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix("test:") }.flatMap { $0.split(separator: " ").dropFirst().map(String.init) }
  }
}
