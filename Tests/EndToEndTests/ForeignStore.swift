// A store as it can come with an archive or a copy: others wrote what is in it.

import ChunkStore
import FileSystem
import FoundationEssentials
import TestSupport
import Testing

/// A project with one checkpoint, in whose store things are replaced, and files beside it that no command may touch.
struct ForeignStore {
  let scene: Scene
  let id: String
  /// Beside the project.
  let outside: BytePath

  init(_ scene: Scene? = nil) throws {
    self.scene = try scene ?? .small()
    let repository = self.scene.repository
    if scene == nil { try repository.write(".env", "A=1\n") }
    outside = self.scene.directory.path.appending("outside")
    try FileTree.makeDirectories(outside, mode: 0o755)
    try SystemFileOperations().replaceFile(outside.appending("victim"), with: Array("precious\n".utf8))
    id = try self.scene.take("full")
    try repository.write("a.txt", "changed\n")
  }

  var manifest: BytePath { scene.store.appending("manifests/\(id).json") }
  var journal: BytePath { scene.store.appending("journal/operation.json") }

  static func edit(_ file: BytePath, _ change: (String) -> String) throws {
    let text = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    let changed = change(text)
    try #require(changed != text)
    try SystemFileOperations().replaceFile(file, with: Array(changed.utf8))
  }

  /// Replaces a text of the manifest, which has one field a line.
  func replace(_ old: String, with new: String) throws {
    try Self.edit(manifest) { $0.replacing(old, with: new) }
  }

  /// Replaces the document of the kept files.
  func replaceDocument(_ change: (String) -> String) throws {
    let json = try JSONValue(parsing: FileTree.readAll(manifest))
    let old = try #require(json["sources"]?[0]?["document"]?.string)
    let store = try Store.open(at: scene.store)
    let text = try ChunkReader(store).bytes(of: #require(ChunkID(old)))
    let new = try write(Array(change(String(decoding: text, as: UTF8.self)).utf8))
    try replace(old, with: new)
  }

  /// Puts a chunk into the store.
  func write(_ bytes: [UInt8]) throws -> String {
    let session = try ChunkSession(try Store.open(at: scene.store))
    let id = try session.write(bytes, with: ChunkEncoder())
    try session.commit()
    return "\(id)"
  }

  // MARK: Git's part

  private func git(_ arguments: any BytePathConvertible..., input: [UInt8] = []) throws -> String {
    let result = try Program.run(
      ["git"] + arguments, environment: ["HOME": "\(scene.program.home)"], directory: scene.repository.top,
      input: input
    ).succeeded()
    return result.lines.first ?? ""
  }

  func blob(_ text: String) throws -> String {
    try git("hash-object", "-w", "--stdin", input: Array(text.utf8))
  }

  /// A tree with any names, which git itself would not make.
  func tree(_ entries: (mode: String, name: String, id: String)...) throws -> String {
    let bytes = try entries.reduce(into: [UInt8]()) { bytes, entry in
      bytes += Array("\(entry.mode) \(entry.name)\0".utf8) + (try #require([UInt8](hexadecimal: entry.id)))
    }
    return try git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", input: bytes)
  }

  /// A tree of one file, below directories.
  func tree(_ path: String, _ text: String = "#!/bin/sh\ntouch pwned\n") throws -> String {
    let names = path.split(separator: "/").map(String.init)
    var found = try tree(("100755", names[names.count - 1], blob(text)))
    for name in names.dropLast().reversed() { found = try tree(("40000", name, found)) }
    return found
  }

  /// Replaces parts of the recorded state.
  func replaceState(
    worktree: String? = nil, operation: String? = nil, _ change: (String) -> String = { $0 }
  ) throws {
    let json = try JSONValue(parsing: FileTree.readAll(manifest))
    let old = try #require(json["git"]?["stateTree"]?.string)
    let text = try git("cat-file", "blob", "\(old):state.json")
    let changed = change(text)
    var parts: [(mode: String, name: String, id: String)] = [
      ("40000", "index", try git("rev-parse", "\(old):index"))
    ]
    if let operation { parts.append(("40000", "operation", operation)) }
    parts.append(("100644", "state.json", try blob(changed)))
    parts.append(("40000", "worktree", try worktree ?? git("rev-parse", "\(old):worktree")))
    let bytes = try parts.reduce(into: [UInt8]()) { bytes, entry in
      bytes += Array("\(entry.mode) \(entry.name)\0".utf8) + (try #require([UInt8](hexadecimal: entry.id)))
    }
    let new = try git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", input: bytes)
    try replace(old, with: new)
  }

  /// Sets a field of the state's metadata.
  func setField(_ name: String, _ value: String) throws {
    try replaceState { text in
      // Fields without a value are not there; of two the decoder would take the wrong one.
      let fields = text.dropFirst().dropLast()
      let start = fields.firstRange(of: "\"\(name)\":")
      return start == nil ? "{\"\(name)\":\(value),\(fields)}" : Self.replacing(name, in: text, by: value)
    }
  }

  /// Its value ends where its brackets are closed.
  private static func replacing(_ name: String, in text: String, by value: String) -> String {
    guard let range = text.firstRange(of: "\"\(name)\":") else { return text }
    var (end, depth) = (range.upperBound, 0)
    while end < text.endIndex {
      if "[{".contains(text[end]) { depth += 1 }
      if "]}".contains(text[end]) { depth -= 1 }
      end = text.index(after: end)
      if depth == 0 { break }
    }
    return text[..<range.upperBound] + value + text[end...]
  }

  // MARK: What must hold

  /// Runs a command, which must refuse, and leave everything as it was.
  func expectRefused(
    _ arguments: any BytePathConvertible..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try scene.program.run(arguments)
    #expect(
      !result.timedOut && result.code != nil && result.code != 0 && result.errorText.contains("error: "),
      "\(result)", sourceLocation: sourceLocation)
    #expect(try scene.repository.read("a.txt") == "changed\n", sourceLocation: sourceLocation)
    try expectUnharmed(sourceLocation: sourceLocation)
  }

  func expectUnharmed(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try FileTree.list(outside) == ["victim"], sourceLocation: sourceLocation)
    let victim = outside.appending("victim")
    #expect(
      try FileTree.readAll(victim) == Array("precious\n".utf8), sourceLocation: sourceLocation)
    #expect(try FileTree.status(victim)?.permissions == 0o600, sourceLocation: sourceLocation)
    #expect(try FileTree.status(outside)?.permissions == 0o755, sourceLocation: sourceLocation)
    for name in ["pwned", ".git/hooks/post-checkout", ".git/hooks/made", ".GIT", "git~1"] {
      #expect(!scene.repository.exists(name), "\(name)", sourceLocation: sourceLocation)
    }
  }
}
