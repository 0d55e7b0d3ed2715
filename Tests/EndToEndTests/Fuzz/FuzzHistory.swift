// Random commits on two branches, written by one `git fast-import`. The file hot.txt differs on the same line
// in every commit, so that whatever is merged, picked or reverted stops in a conflict.

import FileSystem
import Glibc
import TestSupport

struct FuzzHistory {
  enum Node {
    case file([UInt8], isExecutable: Bool)
    case link(BytePath)
    /// A submodule at a commit.
    case module(String)
  }

  static let hotFile: BytePath = "hot.txt"

  private(set) var stream: [UInt8] = []
  private var tree: [BytePath: Node] = [:]
  private var changes: [UInt8] = []
  private var mark = 0

  /// - Parameter base: files that every commit has.
  init(_ repository: FuzzRepository, base: [BytePath: Node]) {
    for (path, node) in base.sorted(by: { $0.key < $1.key }) { set(path, node) }
    let count =
      repository.has(.manyFiles) ? repository.random.number(60...150) : repository.random.number(2...12)
    for _ in 0..<count { addFile(repository) }
    if repository.has(.pathsAtTheLimit) { set(repository.longPath(), .file([1], isExecutable: false)) }
    if repository.has(.largeFiles) { set("large", .file(repository.random.manyBytes(), isExecutable: false)) }
    commit("main", from: nil)
    let first = mark
    let fork = tree
    for _ in 0..<repository.random.number(1...3) {
      change(repository)
      commit("main", from: mark)
    }
    tree = fork
    var parent = first
    for _ in 0..<repository.random.number(2...3) {
      change(repository)
      commit("other", from: parent)
      parent = mark
    }
    stream += Array("done\n".utf8)
  }

  // MARK: Changes

  private mutating func set(_ path: BytePath, _ node: Node?) {
    for inner in tree.keys.sorted() where inner != path && (inner.isInside(path) || path.isInside(inner)) {
      tree[inner] = nil
      changes += Array("D ".utf8) + Self.quoted(inner)
    }
    tree[path] = node
    switch node {
    case .file(let bytes, let isExecutable):
      changes +=
        Array("M \(isExecutable ? "100755" : "100644") inline ".utf8) + Self.quoted(path) + Self.data(bytes)
    case .link(let target):
      changes += Array("M 120000 inline ".utf8) + Self.quoted(path) + Self.data(target.bytes)
    case .module(let commit): changes += Array("M 160000 \(commit) ".utf8) + Self.quoted(path)
    case nil: changes += Array("D ".utf8) + Self.quoted(path)
    }
  }

  private mutating func addFile(_ repository: FuzzRepository) {
    let path = repository.newPath()
    if repository.has(.links), repository.random.chance(0.15) {
      set(path, .link(repository.random.linkTarget()))
    } else {
      set(path, .file(repository.random.fileBytes(), isExecutable: repository.random.chance(0.15)))
    }
  }

  /// What one commit changes.
  private mutating func change(_ repository: FuzzRepository) {
    for _ in 0..<repository.random.number(1...4) {
      let paths = tree.keys.filter { !repository.isFixed($0) }.sorted()
      guard let path = repository.random.element(of: paths), let node = tree[path] else { continue }
      switch (repository.random.number(0...5), node) {
      case (0, _): set(path, nil)
      case (1, _): addFile(repository)
      case (2, .file(let bytes, let isExecutable)): set(path, .file(bytes, isExecutable: !isExecutable))
      case (3, _):
        set(path, nil)
        set(repository.newPath(), node)
      case (_, .file(let bytes, let isExecutable)):
        set(path, .file(repository.random.edited(bytes), isExecutable: isExecutable))
      default: set(path, .file(repository.random.text(), isExecutable: false))
      }
    }
  }

  // MARK: The stream

  private mutating func commit(_ branch: String, from parent: Int?) {
    mark += 1
    set(Self.hotFile, .file(Array("top\nversion \(mark)\nbottom\n".utf8), isExecutable: false))
    stream += Array("commit refs/heads/\(branch)\nmark :\(mark)\n".utf8)
    stream += Array("committer Dana Doe <dana@example.org> 178000000\(mark) +0000\n".utf8)
    stream += Self.data(Array("Commit \(mark)\n".utf8), isInline: false)
    if let parent { stream += Array("from :\(parent)\n".utf8) }
    stream += changes
    changes = []
  }

  private static func data(_ bytes: [UInt8], isInline: Bool = true) -> [UInt8] {
    Array("data \(bytes.count)\n".utf8) + bytes + [0x0A]
  }

  /// A path in quotation marks, and the end of its line.
  private static func quoted(_ path: BytePath) -> [UInt8] {
    var out = [UInt8(ascii: "\"")]
    for byte in path.bytes {
      if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        let octal = String(byte, radix: 8)
        out +=
          Array("\\".utf8) + Array(String(repeating: "0", count: 3 - octal.count).utf8) + Array(octal.utf8)
      } else {
        out.append(byte)
      }
    }
    return out + Array("\"\n".utf8)
  }
}

extension FuzzRepository {
  private static let directories: [BytePath] = [
    "src", "lib", "src/deep", "src/deep/er", "docs", "Über", "a b",
  ]

  /// A path for a new file, perhaps one that exists.
  func newPath() -> BytePath {
    if has(.longPaths), random.chance(0.15) { return longPath() }
    let name = random.name(isOdd: has(.oddNames))
    guard random.chance(0.6), var directory = random.element(of: Self.directories) else { return name }
    if has(.oddNames), random.chance(0.3) { directory = directory.appending(random.name(isOdd: true)) }
    return directory.appending(name)
  }

  /// As long as the operating system allows from here, if that is wanted.
  func longPath() -> BytePath {
    let longest = Int(PATH_MAX) - 1 - directory.path.appending("linked/").bytes.count
    return random.longPath(limit: has(.pathsAtTheLimit) ? longest : 3900)
  }

  /// Files that decide about others, and repositories of their own.
  func isFixed(_ path: BytePath) -> Bool {
    // Links with names that git refuses cannot be kept in the store.
    [".gitattributes", ".gitignore", ".gitmodules", "module"].contains(path)
      || Self.isRefused(path)
  }
}
