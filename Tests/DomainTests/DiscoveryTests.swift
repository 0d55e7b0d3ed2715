// How the database is found: the order of the places, and `.env` files as their dialects agree.

import FileSystem
import Postgres
import TestSupport
import Testing

@testable import Checkpoints
@testable import DataSources

@Suite("Finding the database")
struct DiscoveryTests {
  private let repository: Repository

  init() throws { repository = try Repository() }

  private func find(
    url: String? = nil, prefix: String? = nil, environment: [String: String] = [:], isTrusted: Bool = true,
    tracked: Set<BytePath> = [], recorded: [BytePath: String] = [:]
  ) throws -> [LocatedDatabase] {
    let settings = try Settings.read(repository.location(), .all)
    return try DatabaseDiscovery(
      worktree: repository.worktree, settings: settings, environment: environment, isTrusted: { isTrusted },
      isTracked: { tracked.contains($0) }, recorded: { recorded[$0].map { Array($0.utf8) } }
    ).find(url.map { GivenAddress($0, way: "--database") }, clientPrefix: prefix)
  }

  private func names(_ found: [LocatedDatabase]) -> [String?] { found.map(\.parameters.database) }

  @Test(
    "option, settings, environment, .env.local, .env, the checkpoint's .env, PG variables: in this order"
  )
  func order() throws {
    let environment = ["DATABASE_URL": "postgresql:///environment", "PGDATABASE": "pg"]
    let recorded: [BytePath: String] = [".env": "DATABASE_URL=postgresql:///recorded"]
    try repository.write(".env", "DATABASE_URL=postgresql:///dotenv\n")
    try repository.write(".env.local", "DATABASE_URL=postgresql:///local\n")
    try repository.write(".checkpointconfig", "[database]\n  url = postgresql:///setting\n")
    func next(url: String? = nil, _ environment: [String: String]) throws -> [String?] {
      names(try find(url: url, environment: environment, recorded: recorded))
    }
    #expect(try next(url: "postgresql:///option", environment) == ["option"])
    try repository.git("config", "checkpoint.database.url", "postgresql:///own")
    #expect(try next(environment) == ["own"])
    try repository.git("config", "--unset", "checkpoint.database.url")
    #expect(try next(environment) == ["setting"])
    #expect(try names(find(environment: environment, isTrusted: false)) == ["environment"])
    try repository.remove(".checkpointconfig")
    #expect(try next(environment) == ["environment"])
    #expect(try next(["PGDATABASE": "pg", "DATABASE_URL": ""]) == ["local"])
    try repository.remove(".env.local")
    #expect(try next(["PGDATABASE": "pg"]) == ["dotenv"])
    try repository.remove(".env")
    #expect(try next(["PGDATABASE": "pg"]) == ["recorded"])
    let last = try find(environment: ["PGDATABASE": "pg", "PGHOST": ""])
    #expect(last.map(\.origin) == [.variables(["PGDATABASE"])])
    #expect(last.first?.parameters.values.isEmpty == true)
    #expect(try find().isEmpty)
  }

  @Test("several databases by name, each from its own variable")
  func several() throws {
    try repository.write(
      ".checkpointconfig",
      "[database]\n  env = MAIN_URL\n[database \"reports\"]\n  url = postgresql:///r\n[database \"off\"]\n  url = none\n"
    )
    try repository.write(".env", "MAIN_URL=postgresql:///m\n")
    let found = try find()
    #expect(found.map(\.name) == ["main", "reports"])
    #expect(names(found) == ["m", "r"])
    #expect(found.first?.variable == "MAIN_URL")
    #expect(found.first?.origin == .variable("MAIN_URL", in: .file(".env")))
  }

  @Test("a variable that a setting names and that is not set is an error")
  func missingVariable() throws {
    try repository.write(".checkpointconfig", "[database]\n  env = MAIN_URL\n")
    let error = #expect(throws: DiscoveryProblem.self) {
      try find(environment: ["DATABASE_URL": "postgresql:///x"])
    }
    #expect(error?.description.contains("MAIN_URL") == true)
  }

  @Test("a URL that cannot be understood is named by its place, and not repeated")
  func invalid() throws {
    try repository.write(".env", "DATABASE_URL=mysql://u:s3cret@h/d\n")
    let error = #expect(throws: DiscoveryProblem.self) { try find() }
    #expect(error?.description.contains("DATABASE_URL in .env") == true)
    #expect(error?.description.contains("s3cret") == false)
  }

  @Test("a committed command needs trust; the option and git's own configuration do not")
  func clientPrefix() throws {
    try repository.write(
      ".checkpointconfig", "[database]\n  url = postgresql:///d\n  clientPrefix = docker exec -i db\n")
    let own = ["DATABASE_URL": "postgresql:///mine"]
    let error = #expect(throws: DiscoveryProblem.self) { try find(environment: own, isTrusted: false) }
    #expect(error?.description.contains("docker exec -i db") == true)
    #expect(try find(isTrusted: true).first?.clientPrefix == ["docker", "exec", "-i", "db"])
    #expect(try find(prefix: "podman exec x").first?.clientPrefix == ["podman", "exec", "x"])
    try repository.git("config", "checkpoint.database.clientPrefix", "mine")
    #expect(try find(environment: own, isTrusted: false).first?.clientPrefix == ["mine"])
  }

  @Test("an address that comes with the repository needs consent, and says only where to go")
  func committedAddress() throws {
    let address =
      "postgresql://me@h/d?sslmode=disable&sslrootcert=/x&service=prod&options=-c%20role%3Dx&passfile=/y&hostaddr=10.0.0.1"
    let environment = ["PGHOST": "mine"]
    try repository.write(".checkpointconfig", "[database]\n  url = \(address)\n")
    for tracked in [[], [".env"]] as [Set<BytePath>] {
      if !tracked.isEmpty {
        try repository.remove(".checkpointconfig")
        try repository.write(".env", "DATABASE_URL=\(address)\n")
      }
      let error = #expect(throws: DiscoveryProblem.self) {
        try find(environment: environment, isTrusted: false, tracked: tracked)
      }
      #expect(error?.description.contains("d on h") == true, "\(tracked)")
      let found = try #require(find(environment: environment, tracked: tracked).first)
      #expect(found.parameters.values == ["host": "h", "user": "me", "dbname": "d"], "\(tracked)")
      #expect(found.remarks.count == 6, "\(found.remarks)")
    }
    try repository.write(".env", "DATABASE_URL=postgresql://h/d?sslmode=verify-full\n")
    #expect(try find(tracked: [".env"]).first?.parameters.values["sslmode"] == "verify-full")
    // The user's own says what it likes, and counts for more.
    try repository.write(".env", "DATABASE_URL=\(address)\n")
    #expect(try find(isTrusted: false).first?.parameters.values["service"] == "prod")
    try repository.write(".checkpointconfig", "[database]\n  url = postgresql://other/x\n")
    let own = try #require(find(isTrusted: false).first)
    #expect(
      own.parameters.database == "d" && own.remarks.first?.hasPrefix("DATABASE_URL in .env is taken") == true)
    let agreed = try #require(find().first)
    #expect(agreed.parameters.database == "x")
    #expect(agreed.remarks.first?.hasPrefix("the address in .checkpointconfig is taken") == true)
  }

  @Test("Ctrl-C while git is asked about a file is no answer")
  func interrupted() throws {
    try repository.write(".env", "DATABASE_URL=postgresql://h/d\n")
    let discovery = DatabaseDiscovery(
      worktree: repository.worktree, settings: try Settings.read(repository.location(), .all),
      environment: [:],
      isTrusted: { false }, isTracked: { _ in throw Interrupted() }, recorded: { _ in nil })
    #expect(throws: Interrupted.self) { try discovery.find() }
    #expect(throws: Interrupted.self) { try discovery.committedAddresses() }
  }

  @Test("a server without a name is no database of the project's, and the server's own only in full")
  func unnamed() throws {
    let server = ["PGHOST": "h", "PGPORT": "1", "PGUSER": "postgres"]
    #expect(try find(environment: server).isEmpty)
    #expect(try find(environment: server.merging(["PGDATABASE": "postgres"]) { $1 }).count == 1)
    for url in ["postgresql:///", "postgresql://h", "postgresql://postgres@h:5433/", "host=h user=template1"]
    {
      try repository.write(".env", "DATABASE_URL=\(url)\n")
      let error = #expect(throws: DiscoveryProblem.self) { try find(environment: server) }
      #expect(error?.description.contains("does not name") == true)
    }
    for url in ["postgresql://h/postgres", "host=h dbname=template1", "postgresql://app@h"] {
      try repository.write(".env", "DATABASE_URL=\(url)\n")
      #expect(try find(environment: server).count == 1)
    }
  }

  @Test("a variable whose value is not clear is named with its place")
  func unclear() throws {
    try repository.write(".env", "DATABASE_URL=postgresql://h/${DB_NAME}\n")
    let error = #expect(throws: DiscoveryProblem.self) { try find() }
    #expect(error?.description.contains("DATABASE_URL in .env: it uses ${DB_NAME}") == true)
    #expect(try names(find(environment: ["DB_NAME": "d"])) == ["d"])
    try repository.write(".env.local", "DB_NAME=l\n")
    #expect(try names(find()) == ["l"])
  }
}
