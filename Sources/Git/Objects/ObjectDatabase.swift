// Reading and writing objects through libgit2 (refs are next door). New objects gather in a quarantine directory of
// their own; `publish` flushes them and only then moves them to where git sees them, so a crash can
// leave no half-written object in the user's repository. Belongs to one thread.

import CGit
import Codecs
import FileSystem
import Glibc

package final class ObjectDatabase {
  let repository: OpaquePointer
  let objects: BytePath
  let git: GitProgram
  private let files: any FileOperations
  /// Objects that were looked at, or need not be.
  private var sound: Set<ObjectID> = []
  private var quarantine: ObjectQuarantine?
  /// What no ref holds yet, as far as we know.
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

  /// What the first `open` would have to do. It may go on beside other work.
  package static func startLibrary() throws { try LibGit2.start() }

  package static func open(
    _ location: RepositoryLocation, files: any FileOperations = SystemFileOperations()
  ) throws -> ObjectDatabase {
    try LibGit2.start()
    var handle: OpaquePointer?
    let code = location.gitDirectory.withCString {
      git_repository_open_ext(&handle, $0, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
    }
    // Git itself has accepted the repository before, so “not found” here is libgit2's own check of owners,
    // which knows only the safe.directory of configuration files.
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

  /// What killed processes had written and not published.
  package func removeAbandoned() throws { try ObjectQuarantine.removeAbandoned(in: objects) }

  /// From here on objects are written to quarantine.
  /// - Parameter many: above about 100 objects one pack is several times faster than loose files.
  package func beginWriting(many: Bool) throws {
    quarantine = try ObjectQuarantine(repository: repository, objects: objects, isPacked: many, files: files)
  }

  /// For a few objects that come last: with what else is loose in quarantine, or beside a pack, which is held meanwhile.
  package func goOnWriting() throws {
    if quarantine?.isPacked == true { try publish() }
    if quarantine == nil { try beginWriting(many: false) }
  }

  /// Makes every object written since `beginWriting` durable, then visible to git.
  package func publish() throws {
    guard let published = quarantine else { return }
    try published.publish()
    quarantine = nil
    unconfirmed.append(published)
  }

  /// Sets the refs that hold what was published, and makes sure that it is there: a garbage collection beside us may not
  /// have seen them.
  /// - Throws: `ObjectsSwept`, if something is lost that cannot be written again.
  package func hold(by refs: [(name: String, target: ObjectID)]) throws {
    do { for (ref, target) in refs { try setRef(ref, to: target) } } catch let error as GitError {
      // A ref to nothing is not made.
      if try unconfirmed.allSatisfy({ try $0.isThere() }) { throw error }
      for published in unconfirmed { try published.writeAgain(git) }
      for (ref, target) in refs { try setRef(ref, to: target) }
    }
    for published in unconfirmed { try published.confirm(git) }
    unconfirmed = []
  }

  /// Objects that git's index holds, as long as it stays as it is.
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

  /// Streams a file of any size into a blob; no filter touches it.
  package func writeBlob(_ file: OpenFile, byteCount: Int) throws -> ObjectID {
    guard let quarantine, byteCount > 1 << 20 else {
      // One byte more than expected, so that a file that has grown is noticed.
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount + 1, alignment: 16)
      defer { buffer.deallocate() }
      guard try file.read(into: buffer) == byteCount else { throw FileChanged(path: file.path) }
      return try writeBlob(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]))
    }
    return try quarantine.stream(file, byteCount: byteCount)
  }

  /// Writes a tree; an entry of `nil` is left out.
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

  /// The tree as git stores it. The builder's own way to write would look for new packs first, for every tree.
  private static func bytes(of builder: OpaquePointer) throws -> [UInt8] {
    struct Entry {
      /// Directories are sorted as if a slash followed them.
      var key: BytePath
      var mode: UInt32
      var id: git_oid
    }
    final class Entries { var list: [Entry] = [] }
    let entries = Entries()
    // It is asked which entries to leave out: none.
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

  /// Before libgit2 reads an object whole.
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

  /// `git gc` moves objects from pack to pack, several times while we look if it is run several times.
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

  /// nil where there is no such object.
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

  /// Reads the object whole and checks its hash (libgit2 does by default).
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

  /// Lets git fetch what a partial clone lacks; libgit2 never does.
  package func fetchMissing(_ ids: [ObjectID]) throws {
    let missing = Set(ids.filter { !exists($0) })
    if missing.isEmpty { return }
    let names = missing.flatMap { Array("\($0)\n".utf8) }
    // Objects that are missing for good only get a line that says so.
    try git.run(["cat-file", "--batch-check"], input: names)
    var odb: OpaquePointer?
    try LibGit2.check(git_repository_odb(&odb, repository), "open the objects")
    defer { git_odb_free(odb) }
    try LibGit2.check(git_odb_refresh(odb), "open the objects")
  }

  /// True where nothing below a tree is missing but what a partial clone can fetch. Objects that are there are not read.
  package func canFetchWhatIsMissing(below tree: ObjectID) throws -> Bool {
    let promisors = try git.run(["config", "--get-regexp", #"^remote\..*\.promisor$"#], accepting: [0, 1])
    if promisors.isEmpty { return false }
    let words: [BytePath] = [
      "rev-list", "--objects", "--missing=allow-promisor", "--quiet", BytePath(tree.description),
    ]
    do { try git.run(words) } catch is SubprocessError { return false }
    return true
  }

  /// Bytes of an object; only its header is read.
  package func byteCount(of id: ObjectID) throws -> Int {
    var odb: OpaquePointer?
    try LibGit2.check(git_repository_odb(&odb, repository), "open the objects")
    defer { git_odb_free(odb) }
    var (size, type, raw) = (0, GIT_OBJECT_BLOB, id.raw)
    try LibGit2.check(git_odb_read_header(&size, &type, odb, &raw), "read the object \(id)")
    return size
  }

  /// Objects larger than this are never held in memory.
  static let memoryLimit = 8 << 20

  /// Reads an object, of any size, and checks its hash.
  package func check(_ id: ObjectID) throws {
    let byteCount = try byteCount(of: id)
    if byteCount <= Self.memoryLimit {
      // Trees have to be sound in themselves; of commits and tags git takes more than libgit2.
      if kind(of: id) == .tree { return git_object_free(try lookup(id, GIT_OBJECT_TREE)) }
      _ = try read(id)
      return
    }
    if try !LooseObject.check(id, in: objects) { try streamBlob(id) { _ in } }
  }

  /// Calls `body` with the pieces of a blob of any size; libgit2 would hold a large one whole.
  /// - Throws: after the last piece, where the hash of all is not the object's name.
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
      throw LooseObject.damaged(id, "its contents are not those that its name says")
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

  /// The tree that a commit, a tag of a tree, or a tree stands for.
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

  /// The commit that an object is, or that tags lead to; nil for none.
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
