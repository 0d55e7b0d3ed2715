// New objects before they are durable: loose ones are written below `objects/checkpoint-…`, and many become packs there. The
// name does not begin with `tmp_`, because `git prune` would remove such a directory even while it is in use.

import CGit
import FileSystem
import Glibc

final class ObjectQuarantine {
  private static let prefix = "checkpoint-"
  /// The prefix that earlier versions used.
  private static let oldPrefix = "tmp_objdir-checkpoint-"
  /// A directory with second names of loose objects, in case a garbage collection removes the first ones.
  private static let copies: BytePath = "copies"

  /// How many bytes of objects are collected in memory before they are written as a pack.
  private static let packLimit = 16 << 20

  private let repository: OpaquePointer
  private let objects: BytePath
  private let directory: BytePath
  private let files: any FileOperations
  /// The reason if the repository is read-only, so that the objects cannot be published. That is enough to compare states.
  private let obstacle: SystemError?
  /// Writes loose objects. Large files always go here, even if there is `memory`.
  private let loose: OpaquePointer
  private let memory: UnsafeMutablePointer<git_odb_backend>?
  /// All objects that must exist for what is being written, and to which nothing else may lead.
  private var needed: Set<ObjectID> = []
  private var held: [BytePath] = []
  var isPacked: Bool { memory != nil }
  private var noted: Set<ObjectID> = []
  private var notedBytes = 0

  init(
    repository: OpaquePointer, objects: BytePath, isPacked: Bool, files: any FileOperations, scratch: BytePath
  ) throws {
    self.repository = repository
    self.objects = objects
    self.files = files
    (directory, obstacle) = try Self.makeDirectory(in: objects, scratch: scratch)

    loose = try Self.makeDatabase(quarantine: directory, objects: objects)
    let database = try Self.makeDatabase(quarantine: directory, objects: objects)
    defer { git_odb_free(database) }
    var memory: UnsafeMutablePointer<git_odb_backend>?
    if isPacked {
      try LibGit2.check(git_mempack_new(&memory), "prepare a pack")
      try LibGit2.check(git_odb_add_backend(database, memory, 100), "prepare a pack")
    }
    self.memory = memory
    try LibGit2.check(git_repository_set_odb(repository, database), "prepare to write objects")
  }

  private static func makeDirectory(in objects: BytePath, scratch: BytePath) throws -> (
    BytePath, SystemError?
  ) {
    let directory = objects.appending("\(prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))")
    do {
      try makeDirectories(in: directory, mode: 0o777)
      return (directory, nil)
    } catch {
      guard error.isNotWritable else { throw error }
      let elsewhere = try ScratchDirectory.make(prefix, in: scratch)
      try makeDirectories(in: elsewhere, mode: 0o700)
      return (elsewhere, error)
    }
  }

  private static func makeDirectories(in directory: BytePath, mode: mode_t) throws(SystemError) {
    for name in ["pack", copies] as [BytePath] {
      try FileTree.makeDirectories(directory.appending(name), mode: mode)
    }
  }

  private static func makeDatabase(quarantine: BytePath, objects: BytePath) throws -> OpaquePointer {
    var database: OpaquePointer?
    try LibGit2.check(git_odb_new(&database), "prepare to write objects")
    guard let database else { throw GitError(code: -1, operation: "write objects", message: "out of memory") }
    var backend: UnsafeMutablePointer<git_odb_backend>?
    try LibGit2.check(
      quarantine.withCString { git_odb_backend_loose(&backend, $0, -1, 0, 0, 0) }, "prepare to write objects")
    // It comes after the others, because most objects that are read are found there.
    try LibGit2.check(git_odb_add_backend(database, backend, 0), "prepare to write objects")
    for place in [objects, quarantine.appending(copies)] {
      try LibGit2.check(
        place.withCString { git_odb_add_disk_alternate(database, $0) }, "open the objects")
    }
    return database
  }

  deinit {
    git_odb_free(loose)
    letGo()
    try? FileTree.remove(directory)
  }

  private func letGo() {
    for file in held { try? FileTree.remove(file) }
    held = []
  }

  /// Removes the directories of killed processes. Git would do so only after two weeks.
  static func removeAbandoned(in objects: BytePath) throws {
    for name in try FileTree.list(objects) {
      guard let text = name.exactText,
        let found = [prefix, oldPrefix].first(where: { text.hasPrefix($0) }),
        let process = pid_t(text.dropFirst(found.count).prefix { $0 != "-" }), ProcessMark.isDead(process)
      else { continue }
      try FileTree.remove(objects.appending(name))
    }
    try KeptPack.removeAbandoned(in: objects)
  }

  /// Writes an object, unless the repository has it already.
  func write(_ bytes: UnsafeRawBufferPointer, _ type: git_object_t) throws -> ObjectID {
    var id = git_oid()
    let database = try currentDatabase()
    defer { git_odb_free(database) }
    if let memory {
      try LibGit2.check(git_odb_hash(&id, bytes.baseAddress, bytes.count, type), "hash an object")
      if git_odb_exists_ext(database, &id, UInt32(GIT_ODB_LOOKUP_NO_REFRESH.rawValue)) == 0 {
        // Written to the backend directly, because the database would look for it once more, everywhere.
        try LibGit2.check(
          memory.pointee.write(memory, &id, bytes.baseAddress, bytes.count, type), "store an object")
        try note(id, byteCount: bytes.count)
        needed.insert(ObjectID(id))
        return ObjectID(id)
      }
    }
    // If the object exists already, this renews its time, so that an ordinary garbage collection does not remove it.
    try LibGit2.check(git_odb_write(&id, database, bytes.baseAddress, bytes.count, type), "store an object")
    if needed.insert(ObjectID(id)).inserted { copy(LooseObject.name(of: ObjectID(id)), from: objects) }
    return ObjectID(id)
  }

  /// Notes an object that is needed, and that was not written here.
  func rely(on id: ObjectID) { needed.insert(id) }

  /// Gives a loose object a second name. If that is not possible, or the object is in a pack, its loss would be an error
  /// later.
  private func copy(_ name: BytePath, from source: BytePath) {
    let (file, target) = (source.appending(name), directory.appending(Self.copies).appending(name))
    guard FileTree.exists(file), let fan = target.parent else { return }
    try? FileTree.makeDirectories(fan, mode: 0o777)
    try? FileTree.makeHardLink(target, to: file)
  }

  private func note(_ id: git_oid, byteCount: Int) throws {
    noted.insert(ObjectID(id))
    notedBytes += byteCount
    if notedBytes > Self.packLimit { try writePack() }
  }

  private func currentDatabase() throws -> OpaquePointer {
    var database: OpaquePointer?
    try LibGit2.check(git_repository_odb(&database, repository), "open the objects")
    guard let database else {
      throw GitError(code: -1, operation: "open the objects", message: "out of memory")
    }
    return database
  }

  func stream(_ file: OpenFile, byteCount: Int) throws -> ObjectID {
    var stream: UnsafeMutablePointer<git_odb_stream>?
    try LibGit2.check(
      git_odb_open_wstream(&stream, loose, git_object_size_t(byteCount), GIT_OBJECT_BLOB),
      "store \(file.path)")
    defer { git_odb_stream_free(stream) }
    var written = 0
    try file.forEachPiece { piece in
      written += piece.count
      guard written <= byteCount else { return }
      try LibGit2.check(
        git_odb_stream_write(stream, piece.assumingMemoryBound(to: CChar.self).baseAddress, piece.count),
        "store \(file.path)")
    }
    guard written == byteCount else { throw FileChanged(path: file.path) }
    var id = git_oid()
    try LibGit2.check(git_odb_stream_finalize_write(&id, stream), "store \(file.path)")
    needed.insert(ObjectID(id))
    return ObjectID(id)
  }

  private func writePack() throws {
    guard let memory, !noted.isEmpty else { return }
    let database = try currentDatabase()
    defer { git_odb_free(database) }
    let pack = try PackWriter(in: directory.appending("pack"), objectCount: noted.count)
    for id in noted {
      var raw = id.raw
      var object: OpaquePointer?
      try LibGit2.check(git_odb_read(&object, database, &raw), "read the new object \(id)")
      defer { git_odb_object_free(object) }
      let bytes = UnsafeRawBufferPointer(
        start: git_odb_object_data(object), count: git_odb_object_size(object))
      try pack.append(bytes, git_odb_object_type(object))
    }
    try pack.finish()
    try LibGit2.check(git_mempack_reset(memory), "write a pack")
    (noted, notedBytes) = ([], 0)
    // Packed objects are read from here again while the trees above them are made.
    try LibGit2.check(
      directory.withCString { git_odb_add_disk_alternate(database, $0) }, "open the new pack")
  }

  func publish() throws {
    if let obstacle { throw obstacle }
    try writePack()
    // An index makes its pack visible, so it moves last: "idx" sorts before "pack".
    let names = try FileTree.list(directory).filter { $0 != Self.copies }.flatMap { fan in
      try FileTree.list(directory.appending(fan)).sorted(by: >).map { fan.appending($0) }
    }
    try files.flush(names.map { directory.appending($0) }, inFileSystemOf: directory)
    // The directories that get new names are flushed, too.
    var changed: Set<BytePath> = [objects]
    for name in names {
      if name.parent != "pack" { copy(name, from: directory) }
      if FileTree.exists(objects.appending(name)) { continue }
      if name.bytes.suffix(5).elementsEqual(".pack".utf8) {
        held.append(try KeptPack.hold(objects.appending(BytePath(name.bytes.dropLast(5)))))
      }
      changed.insert(objects.appending(name.parent ?? ""))
      try move(name)
    }
    try flushNames(in: changed)
    var database: OpaquePointer?
    try LibGit2.check(objects.withCString { git_odb_open(&database, $0) }, "open the objects")
    defer { git_odb_free(database) }
    try LibGit2.check(git_repository_set_odb(repository, database), "open the objects")
  }

  private func flushNames(in directories: Set<BytePath>) throws {
    var attempts = 0
    while true {
      do {
        return try files.flush(directories.filter { FileTree.exists($0) }, inFileSystemOf: directory)
      } catch {
        attempts += 1
        guard error.isMissing, attempts < 10 else { throw error }
      }
    }
  }

  private func move(_ name: BytePath) throws {
    let fan = objects.appending(name.parent ?? "")
    var attempts = 0
    while true {
      try FileTree.makeDirectories(fan, mode: 0o777)
      do { return try files.rename(directory.appending(name), to: objects.appending(name)) } catch {
        attempts += 1
        // `git prune` may just have removed the directory, because it was empty.
        guard error.isMissing, attempts < 10, FileTree.exists(directory.appending(name)) else { throw error }
      }
    }
  }

  /// Makes sure that all objects still exist, after the refs that lead to them have been set.
  /// - Throws: `ObjectsSwept` if one is lost and cannot be written again.
  func confirm(_ git: GitProgram) throws {
    let isEndangered = objects.parent.map { GarbageCollection.isRunning(in: $0, git.directory) } ?? false
    if try isEndangered || !isThere() { try writeAgain(git) }
    letGo()
  }

  /// Whether all objects exist. The database is opened anew, because in open files removed objects would still be found.
  func isThere() throws -> Bool {
    var database: OpaquePointer?
    try LibGit2.check(objects.withCString { git_odb_open(&database, $0) }, "open the objects")
    defer { git_odb_free(database) }
    return needed.allSatisfy { id in
      var raw = id.raw
      return git_odb_exists(database, &raw) == 1
    }
  }

  /// Writes all objects to one more pack. A garbage collection that has not seen the refs does not know this pack either.
  func writeAgain(_ git: GitProgram) throws {
    // It is made in the quarantine, where no gc removes its temporary file. Objects that git has lost come from the copies.
    try FileTree.makeDirectories(directory.appending("pack"), mode: 0o777)
    var process = git.subprocess(["pack-objects", "-q", "--window=0", directory.appending("pack/pack")])
    let (own, others) = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
    if let copies = directory.appending(Self.copies).exactText, let objects = objects.exactText {
      process.additions[own] = copies
      // Quoted, because otherwise a colon would separate paths.
      let quoted = objects.reduce(into: "") { $0 += "\"\\".contains($1) ? "\\\($1)" : "\($1)" }
      let more = git.environment[others].map { ":\($0)" } ?? ""
      process.additions[others] = "\"\(quoted)\"\(more)"
    }
    do { try process.output(input: needed.flatMap { Array("\($0)\n".utf8) }) } catch let error
      as SubprocessError
    {
      if case .failed = error.reason { throw ObjectsSwept(reason: error.message) }
      throw error
    }
    for name in try FileTree.list(directory.appending("pack")).sorted(by: >) {
      guard [".pack", ".idx"].contains(where: { name.bytes.suffix($0.utf8.count).elementsEqual($0.utf8) })
      else {
        continue
      }
      try files.flush([directory.appending("pack").appending(name)], inFileSystemOf: directory)
      try move(BytePath("pack").appending(name))
    }
    try flushNames(in: [objects.appending("pack")])
    if try !isThere() { throw ObjectsSwept(reason: "") }
  }
}
