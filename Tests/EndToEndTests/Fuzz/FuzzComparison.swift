// What a working copy must be like after a rollback, worked out from the pictures before, and the comparison.

import FileSystem

extension FuzzPicture {
  /// `before` as it comes back in a repository that looks like `scrambled`: ignored files, repositories inside
  /// this one and refs stay as they are, except for the branch that `--branch` moves.
  static func expected(
    _ before: FuzzPicture, after scrambled: FuzzPicture, movesBranch: Bool, keepsUntracked: Bool
  ) -> FuzzPicture {
    var expected = before
    expected.refs = scrambled.refs.filter { !isPartOfOperation($0.key) }
    expected.refs.merge(before.refs.filter { isPartOfOperation($0.key) }) { _, new in new }
    expected.settings = scrambled.settings
    expected.isSparse = before.isSparse
    expected.moveHead(before, movesBranch: movesBranch)
    expected.entries = before.entries.filter { !before.staysAsItIs($0.key, $0.value) }
    let bare = keepsUntracked ? scrambled.bareDirectories : []
    for (path, entry) in scrambled.entries where expected.entries.isFree(path) {
      let stays = before.staysAsItIs(path, entry) || scrambled.staysAsItIs(path, entry)
      let isLater =
        scrambled.untracked.contains(path) || scrambled.ignored.contains(path) || bare.contains(path)
      if stays || (keepsUntracked && isLater) {
        expected.entries[path] = entry
        expected.strays.insert(path)
        expected.addParents(of: path, as: scrambled)
      }
    }
    return expected
  }

  private mutating func moveHead(_ before: FuzzPicture, movesBranch: Bool) {
    if before.branch == "(detached)" { return }
    let ref = "refs/heads/\(before.branch)"
    if before.head == "(initial)" {
      refs[ref] = nil
    } else if refs[ref]?.hasPrefix(before.head) != true {
      if movesBranch { refs[ref] = before.head + " " } else { branch = "(detached)" }
    }
  }

  /// True for refs that come and go with an operation in progress.
  private static func isPartOfOperation(_ ref: String) -> Bool {
    ref.hasPrefix("refs/bisect/") || ref.hasPrefix("refs/rewritten/")
  }

  /// True for what is ignored and not one of the files that are kept, and for parts of other repositories.
  private func staysAsItIs(_ path: BytePath, _ entry: Entry) -> Bool {
    if entry == .special || foreign.contains(path) || path.ancestors.contains(where: foreign.contains) {
      return true
    }
    let isKept = path.components.contains { $0.hasPrefix(".env") }
    if isKept && entry.isFile { return false }
    return ignored.contains(path) || path.ancestors.contains(where: isIgnoredDirectory)
      || (isIgnoredDirectory(path) && !entry.isFile)
  }

  /// True if untracked files are in the place of something that has to come back, or that has to be missing.
  func isInTheWay(of before: FuzzPicture) -> Bool {
    return untracked.union(ignored).contains { path in
      let isAround = before.entries.contains { $0.key != path && $0.key.isInside(path) }
      let isBelow = path.ancestors.contains { before.entries[$0]?.isFile == true }
      let isGone = before.entries[path] == nil && before.tracked.contains(path)
      return isAround || isBelow || isGone || before.entries[path]?.isFile == false || path.isRule
    }
  }

  private func isIgnoredDirectory(_ path: BytePath) -> Bool {
    ignored.contains(BytePath(path.bytes + [UInt8(ascii: "/")]))
  }

  /// Files that git ignores, be it without a word.
  var unlisted: [BytePath] {
    entries.filter { $0.value.isFile && !tracked.contains($0.key) && !untracked.contains($0.key) }.map(\.key)
  }

  /// Directories without any file.
  private var bareDirectories: Set<BytePath> {
    let files = entries.filter { $0.value.isFile }.map(\.key)
    return Set(entries.filter { !$0.value.isFile }.map(\.key)).subtracting(files.flatMap(\.ancestors))
  }

  private mutating func addParents(of path: BytePath, as scrambled: FuzzPicture) {
    for directory in path.ancestors where entries[directory] == nil {
      entries[directory] = scrambled.entries[directory]
    }
  }

  // MARK: Differences

  /// Up to `limit` lines on what is otherwise than expected.
  func differences(from expected: FuzzPicture, limit: Int = 12) -> [String] {
    var lines: [String] = []
    func compare(_ name: String, _ old: String, _ new: String) {
      if old != new { lines.append("\(name): expected \(old), found \(new)") }
    }
    compare("HEAD", expected.head, head)
    compare("branch", expected.branch, branch)
    compare("checkout", expected.isSparse, isSparse)
    lines += Self.differences("status", expected.status, status)
    let isKnown = { (path: BytePath) in !expected.strays.contains(path) }
    lines += Self.differences(
      "untracked", expected.untracked.map(\.description).sorted(),
      untracked.filter(isKnown).map(\.description).sorted())
    lines += Self.differences("index", expected.index, index)
    for ref in Set(refs.keys).union(expected.refs.keys).sorted() {
      compare(ref, expected.refs[ref] ?? "nothing", refs[ref] ?? "nothing")
    }
    // An operation that had none is given up without it.
    let isUnknown = expected.operation["ORIG_HEAD"] == nil
    lines += Self.differences(
      "operation", expected.operation, operation.filter { !isUnknown || $0.key != "ORIG_HEAD" })
    lines += Self.differences("setting", expected.settings, settings)
    for path in Set(entries.keys).union(expected.entries.keys).sorted() {
      let (old, new) = (expected.entries[path], entries[path])
      if old == new { continue }
      let (oldText, newText) = (old?.text(besides: new) ?? "nothing", new?.text(besides: old) ?? "nothing")
      compare("\(path.description.prefix(80))", oldText, newText)
    }
    return Array(lines.prefix(limit)) + (lines.count > limit ? ["… and \(lines.count - limit) more"] : [])
  }

  private static func differences(_ name: String, _ old: [String], _ new: [String]) -> [String] {
    old == new
      ? []
      : new.difference(from: old).prefix(8).map { change in
        switch change {
        case .insert(_, let line, _): "\(name): unexpected \(line.prefix(160))"
        case .remove(_, let line, _): "\(name): missing \(line.prefix(160))"
        }
      }
  }

  private static func differences(
    _ name: String, _ old: [BytePath: [UInt8]], _ new: [BytePath: [UInt8]]
  ) -> [String] {
    Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { path in
      func text(_ bytes: [UInt8]?) -> String { bytes.map { "“\(BytePath($0.prefix(60)))”" } ?? "nothing" }
      return "\(name) \(path): expected \(text(old[path])), found \(text(new[path]))"
    }
  }
}

extension [BytePath: FuzzPicture.Entry] {
  /// True if nothing but directories is above a path, and nothing at or below it.
  fileprivate func isFree(_ path: BytePath) -> Bool {
    self[path] == nil && !path.ancestors.contains { self[$0]?.isFile == true }
  }
}

extension FuzzPicture.Entry {
  /// A file or a link.
  var isFile: Bool { if case .directory = self { false } else { true } }

  /// In words: how this differs from the other one.
  func text(besides other: FuzzPicture.Entry?) -> String {
    switch self {
    case .directory(let mode): return "a directory \(String(mode, radix: 8))"
    case .special: return "a socket or a pipe"
    case .link(let target): return "a link to \(target.description.prefix(40))"
    case .file(let mode, let bytes):
      var start = 0
      if case .file(_, let others) = other {
        start = zip(bytes, others).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
        if bytes == others { return "a file \(String(mode, radix: 8))" }
      }
      let part = BytePath(bytes[max(0, start - 5)...].prefix(40))
      return "a file \(String(mode, radix: 8)) of \(bytes.count) bytes, at \(start) “\(part)”"
    }
  }
}

extension BytePath {
  /// Files by which git judges other files.
  fileprivate var isRule: Bool { lastComponent == ".gitignore" || lastComponent == ".gitattributes" }
}
