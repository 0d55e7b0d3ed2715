// New objects before they are durable. Loose ones are written below `objects/tmp_objdir-…`, a name that
// git's own gc removes when it finds it abandoned; many become packs there.

import CGit
import FileSystem
import Glibc

final class ObjectQuarantine {
  private static let prefix = "tmp_objdir-checkpoint-"

  /// Bytes of packed objects that are held in memory before they become a pack.
  private static let packLimit = 16 << 20

  private let repository: OpaquePointer
  private let objects: BytePath
  private let directory: BytePath
  private let files: any FileOperations
  /// Everything is written here, unless `memory` takes it first.
  private let loose: OpaquePointer
  private let memory: UnsafeMutablePointer<git_odb_backend>?
  private var noted: Set<ObjectID> = []
  private var notedBytes = 0

  init(
    repository: OpaquePointer, objects: BytePath, isPacked: Bool, files: any FileOperations
  ) throws {
    self.repository = repository
    self.objects = objects
    self.files = files
    directory = objects.appending("\(Self.prefix)\(getpid())-\(UInt32.random(in: 0 ... .max))")
    try FileTree.makeDirectories(directory.appending("pack"), mode: 0o777)

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

  private static func makeDatabase(quarantine: BytePath, objects: BytePath) throws -> OpaquePointer {
    var database: OpaquePointer?
    try LibGit2.check(git_odb_new(&database), "prepare to write objects")
    guard let database else { throw GitError(code: -1, operation: "write objects", message: "out of memory") }
    var backend: UnsafeMutablePointer<git_odb_backend>?
    try LibGit2.check(
      quarantine.withCString { git_odb_backend_loose(&backend, $0, -1, 0, 0, 0) }, "prepare to write objects")
    // Behind the others: whoever reads finds most objects there.
    try LibGit2.check(git_odb_add_backend(database, backend, 0), "prepare to write objects")
    try LibGit2.check(
      objects.withCString { git_odb_add_disk_alternate(database, $0) }, "open the objects")
    return database
  }

  deinit {
    git_odb_free(loose)
    try? FileTree.remove(directory)
  }

  /// Removes those of killed processes. Git would, but only after two weeks.
  static func removeAbandoned(in objects: BytePath) throws {
    for name in try FileTree.list(objects) {
      guard let text = name.exactText, text.hasPrefix(prefix),
        let process = pid_t(text.dropFirst(prefix.count).prefix { $0 != "-" }),
        kill(process, 0) == -1 && errno == ESRCH
      else { continue }
      try FileTree.remove(objects.appending(name))
    }
  }

  /// Writes an object, unless the repository has it already.
  func write(_ bytes: UnsafeRawBufferPointer, _ type: git_object_t) throws -> ObjectID {
    var id = git_oid()
    let database = try currentDatabase()
    defer { git_odb_free(database) }
    if let memory {
      try LibGit2.check(git_odb_hash(&id, bytes.baseAddress, bytes.count, type), "hash an object")
      if git_odb_exists_ext(database, &id, UInt32(GIT_ODB_LOOKUP_NO_REFRESH.rawValue)) == 0 {
        // Not through the database, which would look for it once more, everywhere.
        try LibGit2.check(
          memory.pointee.write(memory, &id, bytes.baseAddress, bytes.count, type), "store an object")
        try note(id, byteCount: bytes.count)
        return ObjectID(id)
      }
    }
    // What is there already is made young again, so that no cleaning up takes it.
    try LibGit2.check(git_odb_write(&id, database, bytes.baseAddress, bytes.count, type), "store an object")
    return ObjectID(id)
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
    // What was packed is read again from here while the trees above it are made.
    try LibGit2.check(
      directory.withCString { git_odb_add_disk_alternate(database, $0) }, "open the new pack")
  }

  func publish() throws {
    try writePack()
    // An index makes its pack visible, so it moves last: "idx" sorts before "pack".
    let names = try FileTree.list(directory).flatMap { fan in
      try FileTree.list(directory.appending(fan)).sorted(by: >).map { fan.appending($0) }
    }
    try files.flush(names.map { directory.appending($0) }, inFileSystemOf: directory)
    // The names of new directories, too.
    var changed: Set<BytePath> = [objects]
    for name in names where !FileTree.exists(objects.appending(name)) {
      let fan = objects.appending(name.parent ?? "")
      if changed.insert(fan).inserted { try FileTree.makeDirectories(fan, mode: 0o777) }
      try files.rename(directory.appending(name), to: objects.appending(name))
    }
    try files.flush(changed, inFileSystemOf: directory)
    var database: OpaquePointer?
    try LibGit2.check(objects.withCString { git_odb_open(&database, $0) }, "open the objects")
    defer { git_odb_free(database) }
    try LibGit2.check(git_repository_set_odb(repository, database), "open the objects")
  }
}
