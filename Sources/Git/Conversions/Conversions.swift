// Finds the tracked files that git converts when it checks them out: line ends, keywords, encodings, filters. Most
// repositories have no such attributes, and then git is not asked.

import FileSystem

struct Conversions {
  /// How a file is converted.
  struct Conversion {
    /// A hash of everything that decides about the conversion.
    var signature: UInt64
    /// Whether a program converts it, such as Git LFS.
    var hasFilter: Bool
  }

  /// The attributes to ask for; the filter is the last one.
  private static let names: [BytePath] = [
    "text", "eol", "ident", "working-tree-encoding", "crlf", "filter",
  ]
  /// Texts in a file of attributes that can make git convert files.
  private static let words = ["eol=crlf", "ident", "working-tree-encoding", "filter"].map { Array($0.utf8) }
  /// Files of attributes with more bytes are not searched, but assumed to contain such a text.
  private static let fileLimit = 1 << 20

  let settings: ConversionSettings
  private let location: RepositoryLocation

  init(_ settings: ConversionSettings, _ location: RepositoryLocation) {
    self.settings = settings
    self.location = location
  }

  /// The paths that git converts, or may convert.
  /// - Parameter directories: the directories with a `.gitattributes`.
  func find(_ paths: () -> [BytePath], attributesIn directories: Set<BytePath>) throws -> [BytePath:
    Conversion]
  {
    let asked = try asked(paths, directories)
    if asked.isEmpty { return [:] }
    // Path, attribute and value.
    let answers = try location.git.records(
      ["check-attr", "-z", "--stdin"] + Self.names, input: asked.nulTerminated)
    let size = 3 * Self.names.count
    var found: [BytePath: Conversion] = [:]
    for start in stride(from: 0, to: answers.count - size + 1, by: size) {
      let values = (0..<Self.names.count).map {
        String(decoding: answers[start + 3 * $0 + 2], as: UTF8.self)
      }
      if let conversion = conversion(values) { found[BytePath(answers[start])] = conversion }
    }
    return found
  }

  private func conversion(_ values: [String]) -> Conversion? {
    func isSet(_ index: Int) -> Bool { !["unspecified", "unset"].contains(values[index]) }
    let (all, marked) = settings.makesCarriageReturns
    let isText = values[0] != "unset" && values[0] != "input" && values[1] != "lf"
    // “crlf” is the old name of “text”.
    let isMarked = values[0] != "unspecified" || values[4] != "unspecified"
    let converts =
      values[1] == "crlf" || isSet(2) || isSet(3) || isSet(5) || (isText && (all || (marked && isMarked)))
    if !converts { return nil }
    return Conversion(
      signature: KnownFiles.hash(Array(settings.signature(values).utf8)), hasFilter: isSet(5))
  }

  /// The paths to which such an attribute may apply.
  private func asked(_ paths: () -> [BytePath], _ directories: Set<BytePath>) throws -> [BytePath] {
    if settings.makesCarriageReturns.all { return paths() }
    let isAnyText = settings.makesCarriageReturns.marked
    func saysSomething(_ file: BytePath, isTracked: Bool) throws -> Bool {
      guard let status = try FileTree.status(file) else { return isTracked }
      guard let bytes = FileTree.readIfRegular(file, limit: Self.fileLimit) else {
        return status.kind != .directory
      }
      return isAnyText || Self.words.contains { bytes.contains($0) }
    }
    let others: [BytePath] =
      [location.commonDirectory.appending("info/attributes"), "/etc/gitattributes"]
      + [settings.attributesFile(location.environment)].compactMap { $0 }
    if try others.contains(where: { try saysSomething($0, isTracked: false) }) { return paths() }
    let saying = try directories.filter {
      try saysSomething(location.worktree.appending($0).appending(".gitattributes"), isTracked: true)
    }
    if saying.isEmpty { return [] }
    return saying.contains("") ? paths() : paths().filter { path in saying.contains { path.isInside($0) } }
  }
}
