// Reads and writes git's objects through libgit2; refs are in Refs.swift. New objects are collected in a quarantine
// directory. `publish` flushes them and only then moves them to where git sees them, so a crash cannot leave an incomplete
// object in the user's repository. Belongs to one thread.

import CGit
import Codecs
import FileSystem
import Glibc

package final class ObjectDatabase {
  let repository: OpaquePointer
  let objects: BytePath
  let git: GitProgram
  let files: any FileOperations
  /// Objects that need no check before libgit2 reads them.
  private var sound: Set<ObjectID> = []
  private var quarantine: ObjectQuarantine?
  /// Published objects to which no ref may lead yet.
  private var unconfirmed: [ObjectQuarantine] = []

  private init(
    adopting repository: OpaquePointer, objects: BytePath, git: GitProgram, files: any FileOperations
  ) {
    self.repository = repository
    self.objects = objects
    self.git = git
    self.files = files
  }

  deinit { git_repository_free(repository) }

  /// Does what otherwise the first `open` would have to do. Can be called early, on another thread.
  package static func startLibrary() throws { try LibGit2.start() }

  package static func open(
    _ location: RepositoryLocation, files: any FileOperations = SystemFileOperations()
  ) throws -> ObjectDatabase {
    try LibGit2.start()
    var handle: OpaquePointer?
    let code = location.gitDirectory.withCString {
      git_repository_open_ext(&handle, $0, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
    }
    // Git itself has accepted the repository before. So “not found” comes from libgit2's own check of the owner, which knows
    // only the safe.directory of configuration files.
    if code == GIT_ENOTFOUND.rawValue || code == GIT_EOWNER.rawValue {
      throw RepositoryLocation.Problem.unsafeOwner(location.worktree, byGit: false)
    }
    try LibGit2.check(code, "open the repository at \(location.gitDirectory)")
    guard let handle else { throw RepositoryLocation.Problem.notARepository(location.gitDirectory) }
    return ObjectDatabase(
      adopting: handle, objects: location.commonDirectory.appending("objects"), git: location.git,
      files: files)
  }

  // MARK: Writing

  /// Removes what killed processes had written and not published.
  package func removeAbandoned() throws {
    try ObjectQuarantine.removeAbandoned(in: objects)
    if let common = objects.parent { try RefRemoval.removeAbandoned(in: common) }
  }

  /// From now on, objects are written to quarantine.
  /// - Parameter many: whether to write a pack, which for more than about 100 objects is several times faster than loose
  ///   files.
  package func beginWriting(many: Bool) throws {
    quarantine = try ObjectQuarantine(
      repository: repository, objects: objects, isPacked: many, files: files,
      scratch: ScratchDirectory.parent(in: git.environment))
  }

  /// Called before a few last objects are written: together with the loose ones in quarantine, or after a pack has been
  /// published.
  package func goOnWriting() throws {
    if quarantine?.isPacked == true { try publish() }
    if quarantine == nil { try beginWriting(many: false) }
  }

  /// Makes every object that was written since `beginWriting` durable, and then visible to git.
  package func publish() throws {
    guard let published = quarantine else { return }
    try published.publish()
    quarantine = nil
    unconfirmed.append(published)
  }

  /// Sets the refs that lead to published objects, and makes sure that these still exist: a garbage collection that runs at
  /// the same time may not have seen the refs.
  /// - Throws: `ObjectsSwept` if an object is lost that cannot be written again.
  package func hold(by refs: [(name: String, target: ObjectID)]) throws {
    do { for (ref, target) in refs { try setRef(ref, to: target) } } catch let error as GitError {
      // A ref cannot be set if its object has been removed.
      if try unconfirmed.allSatisfy({ try $0.isThere() }) { throw error }
      for published in unconfirmed { try published.writeAgain(git) }
      for (ref, target) in refs { try setRef(ref, to: target) }
    }
    for published in unconfirmed { try published.confirm(git) }
    unconfirmed = []
  }

  /// Notes objects that the checkpoint needs and that only git's index keeps, as long as it does not change.
  func rely(on ids: some Sequence<ObjectID>) {
    guard let quarantine else { return }
    for id in ids where exists(id) { quarantine.rely(on: id) }
  }

  package func writeBlob(_ bytes: UnsafeRawBufferPointer) throws -> ObjectID {
    if let quarantine { return try quarantine.write(bytes, GIT_OBJECT_BLOB) }
    var id = git_oid()
    try LibGit2.check(
      git_blob_create_from_buffer(&id, repository, bytes.baseAddress, bytes.count), "store a file")
    return ObjectID(id)
  }

  package func writeBlob(_ bytes: [UInt8]) throws -> ObjectID {
    try bytes.withUnsafeBytes { try writeBlob($0) }
  }

  /// Writes a file of any size as a blob, unfiltered.
  package func writeBlob(_ file: OpenFile, byteCount: Int) throws -> ObjectID {
    guard let quarantine, byteCount > 1 << 20 else {
      // Reads one byte more than expected, to notice if the file has grown.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount + 1, alignment: 16)
      defer { buffer.deallocate() }
      guard try file.read(into: buffer) == byteCount else { throw FileChanged(path: file.path) }
      return try writeBlob(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]))
    }
    return try quarantine.stream(file, byteCount: byteCount)
  }

  /// Writes a tree with these entries.
  package func writeTree(_ entries: [(name: BytePath, entry: TreeEntry)]) throws -> ObjectID {
    try withBuilder(from: nil) { builder in
      for (name, entry) in entries { try insert(entry, name, into: builder) }
    }
  }

  func withBuilder(from base: OpaquePointer?, _ body: (OpaquePointer) throws -> Void) throws -> ObjectID {
    var builder: OpaquePointer?
    try LibGit2.check(git_treebuilder_new(&builder, repository, base), "make a tree")
    defer { git_treebuilder_free(builder) }
    guard let builder else { throw GitError(code: -1, operation: "make a tree", message: "out of memory") }
    try body(builder)
    if let quarantine {
      return try Self.bytes(of: builder).withUnsafeBytes { try quarantine.write($0, GIT_OBJECT_TREE) }
    }
    var id = git_oid()
    try LibGit2.check(git_treebuilder_write(&id, builder), "store a tree")
    return ObjectID(id)
  }

  /// The tree as git stores it. The builder's own function for writing would look for new packs first, for every tree.
  private static func bytes(of builder: OpaquePointer) throws -> [UInt8] {
    struct Entry {
      /// Directories are sorted as if a slash followed them.
      var key: BytePath
      var mode: UInt32
      var id: git_oid
    }
    final class Entries { var list: [Entry] = [] }
    let entries = Entries()
    // The callback only collects entries. Returning 0 keeps each of them.
    let code = git_treebuilder_filter(
      builder,
      { entry, context in
        guard let entry, let context, let name = git_tree_entry_name(entry), let id = git_tree_entry_id(entry)
        else { return 0 }
        let mode = git_tree_entry_filemode_raw(entry).rawValue
        let path = BytePath(UnsafeRawBufferPointer(start: name, count: strlen(name)))
        let key = mode == FileMode.directory.rawValue ? BytePath(path.bytes + [UInt8(ascii: "/")]) : path
        Unmanaged<Entries>.fromOpaque(context).takeUnretainedValue().list.append(
          Entry(key: key, mode: mode, id: id.pointee))
        return 0
      }, Unmanaged.passUnretained(entries).toOpaque())
    try LibGit2.check(code, "read a tree")
    return entries.list.sorted { $0.key < $1.key }.reduce(into: [UInt8]()) { bytes, entry in
      bytes += String(entry.mode, radix: 8).utf8
      bytes.append(0x20)
      bytes += entry.key.bytes.last == UInt8(ascii: "/") ? entry.key.bytes.dropLast() : entry.key.bytes[...]
      bytes.append(0)
      withUnsafeBytes(of: entry.id.id) { bytes += $0 }
    }
  }

  func insert(_ entry: TreeEntry, _ name: BytePath, into builder: OpaquePointer) throws {
    var id = entry.id.raw
    try LibGit2.check(
      name.withCString {
        git_treebuilder_insert(nil, builder, $0, &id, git_filemode_t(rawValue: entry.mode.rawValue))
      },
      "put \(name) into a tree")
  }

  /// Writes an annotated tag object without a ref.
  package func writeTag(
    _ name: String, target: ObjectID, message: String, by identity: Identity, at time: Timestamp
  ) throws -> ObjectID {
    let type = kind(of: target) == .commit ? "commit" : "tree"
    let text = """
      object \(target)
      type \(type)
      tag \(name)
      tagger \(identity) \(time.secondsSinceEpoch) +0000

      \(message)
      """
    return try Array(text.utf8).withUnsafeBytes { bytes in
      guard let quarantine else {
        throw GitError(code: -1, operation: "write a tag", message: "nothing is being written")
      }
      return try quarantine.write(bytes, GIT_OBJECT_TAG)
    }
  }

  // MARK: Reading

  /// Called before libgit2 reads a whole object.
  private func requireSound(_ id: ObjectID) throws {
    if sound.contains(id) { return }
    _ = try LooseObject.check(id, in: objects)
    sound.insert(id)
  }

  func lookup(_ id: ObjectID, _ type: git_object_t) throws -> OpaquePointer? {
    try requireSound(id)
    var object: OpaquePointer?
    var raw = id.raw
    try LibGit2.check(
      patiently { git_object_lookup(&object, repository, &raw, type) }, "read the object \(id)")
    return object
  }

  /// Tries again if an object is not found: `git gc` may just be moving it to another pack, even several times.
  private func patiently(_ read: () -> Int32) -> Int32 {
    var code = read()
    for _ in 0..<5 where code == GIT_ENOTFOUND.rawValue { code = read() }
    return code
  }

  package func exists(_ id: ObjectID) -> Bool {
    var odb: OpaquePointer?
    guard git_repository_odb(&odb, repository) == 0 else { return false }
    defer { git_odb_free(odb) }
    var raw = id.raw
    return git_odb_exists(odb, &raw) == 1
  }

  enum Kind { case commit, tree, tag, blob }

  /// nil if there is no such object.
  func kind(of id: ObjectID) -> Kind? {
    var odb: OpaquePointer?
    guard git_repository_odb(&odb, repository) == 0 else { return nil }
    defer { git_odb_free(odb) }
    var (size, type, raw) = (0, GIT_OBJECT_BLOB, id.raw)
    guard git_odb_read_header(&size, &type, odb, &raw) == 0 else { return nil }
    switch type {
    case GIT_OBJECT_COMMIT: return .commit
    case GIT_OBJECT_TREE: return .tree
    case GIT_OBJECT_TAG: return .tag
    default: return .blob
    }
  }

  /// Reads a whole object. libgit2 checks its hash.
  package func read(_ id: ObjectID) throws -> [UInt8] {
    try requireSound(id)
    var odb: OpaquePointer?
    try LibGit2.check(git_repository_odb(&odb, repository), "open the objects")
    defer { git_odb_free(odb) }
    var object: OpaquePointer?
    var raw = id.raw
    try LibGit2.check(patiently { git_odb_read(&object, odb, &raw) }, "read the object \(id)")
    defer { git_odb_object_free(object) }
    return Array(
      UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
  }

  /// Lets git fetch objects that a partial clone lacks, which libgit2 never does.
  package func fetchMissing(_ ids: [ObjectID]) throws {
    let missing = Set(ids.filter { !exists($0) })
    if missing.isEmpty { return }
    let names = missing.flatMap { Array("\($0)\n".utf8) }
    // For an object that cannot be fetched, git only writes a line that says so.
    try git.run(["cat-file", "--batch-check"], input: names)
    var odb: OpaquePointer?
    try LibGit2.check(git_repository_odb(&odb, repository), "open the objects")
    defer { git_odb_free(odb) }
    try LibGit2.check(git_odb_refresh(odb), "open the objects")
  }

  /// Whether a partial clone can fetch everything below a tree that is missing. Existing objects are not read.
  package func canFetchWhatIsMissing(below tree: ObjectID) throws -> Bool {
    guard try isPartialClone() else { return false }
    let words: [BytePath] = [
      "rev-list", "--objects", "--missing=allow-promisor", "--quiet", BytePath(tree.description),
    ]
    do { try git.run(words) } catch is SubprocessError { return false }
    return true
  }

  /// The size of an object, from its header.
  package func byteCount(of id: ObjectID) throws -> Int {
    var odb: OpaquePointer?
    try LibGit2.check(git_repository_odb(&odb, repository), "open the objects")
    defer { git_odb_free(odb) }
    var (size, type, raw) = (0, GIT_OBJECT_BLOB, id.raw)
    try LibGit2.check(git_odb_read_header(&size, &type, odb, &raw), "read the object \(id)")
    return size
  }

  /// Objects with more bytes are never in memory as a whole.
  static let memoryLimit = 8 << 20

  /// Reads an object of any size and checks its hash.
  package func check(_ id: ObjectID) throws {
    let byteCount = try byteCount(of: id)
    if byteCount <= Self.memoryLimit {
      // Trees are parsed, too. Commits and tags are not, because git accepts more of them than libgit2.
      if kind(of: id) == .tree { return git_object_free(try lookup(id, GIT_OBJECT_TREE)) }
      _ = try read(id)
      return
    }
    if try !LooseObject.check(id, in: objects) { try streamBlob(id) { _ in } }
  }

  /// Calls `body` with the pieces of a blob of any size. libgit2 would need memory for a whole large one.
  /// - Throws: after the last piece, if the hash of all of them is not the object's name.
  package func streamBlob(_ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let byteCount = try byteCount(of: id)
    if byteCount <= Self.memoryLimit { return try read(id).withUnsafeBytes { try body($0) } }
    let hash = SHA1()
    Array("blob \(byteCount)\0".utf8).withUnsafeBytes { hash.update($0) }
    let nothing: () -> [UInt8] = { [] }
    try git.subprocess(["cat-file", "blob", BytePath(id.description)]).run(feed: nothing) { piece in
      hash.update(piece)
      try body(piece)
    }
    if hash.finish() != id.bytes {
      throw LooseObject.damaged(id, "its contents do not match its name")
    }
  }

  package func entries(of tree: ObjectID) throws -> [(name: BytePath, entry: TreeEntry)] {
    let object = try lookup(tree, GIT_OBJECT_TREE)
    defer { git_object_free(object) }
    return try (0..<git_tree_entrycount(object)).map { index in
      guard let raw = git_tree_entry_byindex(object, index), let id = git_tree_entry_id(raw),
        let name = git_tree_entry_name(raw),
        let mode = FileMode(tolerating: git_tree_entry_filemode_raw(raw).rawValue)
      else {
        throw GitError(code: -1, operation: "read the tree \(tree)", message: "an entry of an unknown mode")
      }
      return (
        BytePath(UnsafeRawBufferPointer(start: name, count: strlen(name))),
        TreeEntry(mode: mode, id: ObjectID(id.pointee))
      )
    }
  }

  package func entry(named name: BytePath, in tree: ObjectID) throws -> TreeEntry? {
    try entries(of: tree).first { $0.name == name }?.entry
  }

  /// The tree of a commit or of a tag, or the tree itself.
  package func tree(of id: ObjectID) throws -> ObjectID {
    switch kind(of: id) {
    case .tree: return id
    case .commit, .tag, nil:
      guard let target = CommitText(try read(id)).target else { break }
      return try tree(of: target)
    case .blob: break
    }
    throw GitError(code: -1, operation: "find the tree of \(id)", message: "it has none")
  }

  /// The first paragraph of a commit's message, in one line.
  package func subject(of commit: ObjectID) throws -> String { CommitText(try read(commit)).subject }

  /// The object itself if it is a commit, or the commit that a tag leads to; nil if there is none.
  func commit(of id: ObjectID) -> ObjectID? {
    switch kind(of: id) {
    case .commit: id
    case .tag: (try? read(id)).flatMap { CommitText($0).target }.flatMap { commit(of: $0) }
    default: nil
    }
  }

  package func message(ofTag id: ObjectID) throws -> String {
    let object = try lookup(id, GIT_OBJECT_TAG)
    defer { git_object_free(object) }
    return git_tag_message(object).map { String(cString: $0) } ?? ""
  }
}
