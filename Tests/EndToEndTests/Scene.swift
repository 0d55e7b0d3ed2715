// What every end-to-end test begins with: a directory, a home, a repository, perhaps a database, and the
// program. Everything goes away with the scene.

import FileSystem
import TestSupport
import Testing

/// The stage on which one test plays. It belongs to that test.
final class Scene {
  let directory: EndToEndDirectory
  let repository: SampleRepository
  let database: TestDatabase?
  var program: CheckpointProgram

  /// - Parameters:
  ///   - rights: of the role that owns the scene's database; nil for no database.
  ///   - options: of `CREATE DATABASE`, such as an encoding.
  ///   - suffix: what the database's name ends with.
  ///   - server: the one that all tests share, if none is given.
  convenience init(
    _ rights: PostgresServer.Rights? = nil, options: String = "", suffix: String = "",
    server: PostgresServer? = nil
  ) throws {
    try self.init(
      with: rights.map { try (server ?? .shared()).makeDatabase($0, options: options, suffix: suffix) })
  }

  private init(with database: TestDatabase?, in place: BytePath = TestPlace.path) throws {
    self.database = database
    directory = try EndToEndDirectory(in: place)
    let top = directory.path.appending("shop")
    program = CheckpointProgram(home: directory.path.appending("home"), directory: top)
    try FileTree.makeDirectories(program.home, mode: 0o700)
    // Nothing runs in the background unless the test is about that.
    try SystemFileOperations().replaceFile(
      program.home.appending(".gitconfig"), with: Array("[checkpoint]\n\tbackground = false\n".utf8))
    repository = try SampleRepository(at: top, program: program)
  }

  /// A scene with a small repository of one commit and, if asked for, a small database.
  /// - Parameter place: where its files are.
  static func small(
    _ rights: PostgresServer.Rights? = nil, options: String = "", suffix: String = "",
    server: PostgresServer? = nil, in place: BytePath = TestPlace.path
  ) throws -> Scene {
    let database: TestDatabase?
    if let rights, options.isEmpty, suffix.isEmpty, server == nil {
      database = try PostgresServer.shared().makeSmallDatabase(rights)
    } else {
      database = try rights.map {
        try (server ?? .shared()).makeDatabase($0, options: options, suffix: suffix)
      }
      try database?.psql(PostgresServer.smallContents)
    }
    let scene = try Scene(with: database, in: place)
    try scene.repository.write("a.txt", "one\n")
    try scene.repository.write(".gitignore", ".env*\n")
    try scene.repository.commit("First")
    if let database = scene.database {
      try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n", mode: 0o600)
    }
    return scene
  }

  /// The same, with more in its database.
  static func filled(
    _ setUp: String, _ rights: PostgresServer.Rights = .superuser
  ) throws -> (Scene, TestDatabase) {
    let scene = try small(rights)
    let database = try #require(scene.database)
    try database.psql(setUp)
    return (scene, database)
  }

  var store: BytePath { repository.top.appending(".git/checkpoints") }

  func run(_ arguments: any BytePathConvertible..., in directory: BytePath? = nil) throws -> ProgramResult {
    try program.run(arguments, in: directory)
  }

  /// Runs the program, which must succeed.
  @discardableResult
  func checkpoint(_ arguments: any BytePathConvertible...) throws -> ProgramResult {
    try program.run(arguments).succeeded()
  }

  /// Takes a checkpoint and returns its id: the last line that is printed.
  func take(_ arguments: any BytePathConvertible...) throws -> String {
    try program.run(arguments).succeeded().line
  }

  /// Everything that has to come back.
  func picture() throws -> Picture {
    let picture = try Picture.workTree(program)
    return try database.map { try picture.merging(.database($0)) } ?? picture
  }

  /// The database by pg_dump and by what the server says itself.
  func databasePicture(_ database: TestDatabase? = nil, isWhole: Bool = true) throws -> Picture {
    try Picture.database(database ?? #require(self.database), isWhole: isWhole, hasFacts: true)
  }

  /// Requires that the database is as it was.
  func expectDatabase(
    _ earlier: Picture, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectNone(
      databasePicture().differences(since: earlier), comment, sourceLocation: sourceLocation)
  }

  /// Requires that everything is as it was when `earlier` was taken, except for some parts.
  func expect(
    _ earlier: Picture, except parts: [String] = [], _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let differences = try picture().without(parts).differences(since: earlier.without(parts))
    try expectNone(differences, comment, sourceLocation: sourceLocation)
  }

  /// Requires that a list of unwanted things is empty, and shows it otherwise.
  func expectNone(
    _ found: [String], _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let isEmpty = found.isEmpty
    try #require(isEmpty, "\(found.joined(separator: "\n")) \(comment ?? "")", sourceLocation: sourceLocation)
  }

  func names(in part: BytePath) throws -> [String] {
    let path = store.appending(part)
    return FileTree.exists(path) ? try FileTree.list(path).map(\.description) : []
  }

  /// Refs and tags that belong to checkpoints.
  func refs() throws -> [String] {
    try repository.git("for-each-ref", "--format=%(refname)", "refs/checkpoints", "refs/tags/checkpoint")
      .lines
  }

  /// What a checkpoint that failed must not leave: refs without a manifest, files of a session.
  func leftovers() throws -> [String] {
    let ids = Set(try names(in: "manifests").map { String($0.dropLast(5)) })
    let orphans = try refs().filter { ref in
      let words = ref.split(separator: "/")
      return !ids.contains(String(ref.hasPrefix("refs/tags/") ? words[3] : words[2]))
    }
    return orphans + (try names(in: "tmp").map { "tmp/\($0)" })
      + (try names(in: "manifests").filter { !$0.hasSuffix(".json") })
  }
}

extension Trait where Self == ConditionTrait {
  /// For tests that hunt through many moments, many random projects or gigabytes.
  static var longHunt: Self { .enabled(if: LongHunt.isOn, Comment(rawValue: LongHunt.whyNot)) }

  /// For tests about something that not every server comes with.
  static func needs(_ features: ServerFeature...) -> Self {
    let why = ServerFeature.whyNot(features)
    return .enabled(if: why == nil, Comment(rawValue: why ?? ""))
  }
}

/// Arguments with values in them read as text.
extension BytePath: ExpressibleByStringInterpolation {}
