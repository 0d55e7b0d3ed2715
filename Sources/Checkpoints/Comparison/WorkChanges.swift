// What differs between two states of the project's files that git has, or would have if they were added: file by file, and
// by directory.

import FileSystem
import Git

package struct WorkChanges: Codable, Sendable {
  package struct Place: Codable, Sendable {
    package var head: ObjectID?
    package var branch: String?
    package var subject: String?

    package init(head: ObjectID?, branch: String?, subject: String?) {
      (self.head, self.branch, self.subject) = (head, branch, subject)
    }
  }

  package struct File: Codable, Sendable {
    package enum Change: String, Codable, Sendable { case added, deleted, changed, moved }

    package var path: BytePath
    package var change: Change
    /// The old path of a moved file.
    package var from: BytePath?
    /// nil if lines were not counted.
    package var linesAdded: Int?
    package var linesRemoved: Int?
    package var uncounted: LineDifference.Reason?
    package var bytesBefore: Int?
    package var bytesAfter: Int?
    /// Only the kind of file or its mode differs; the contents are the same.
    package var isModeAlone: Bool?
  }

  package struct Directory: Codable, Sendable {
    /// At most two levels deep; “.” for the top.
    package var path: BytePath
    package var files: Int
    package var linesAdded: Int
    package var linesRemoved: Int
  }

  package var before: Place
  package var after: Place
  /// Commits that `after` has and `before` does not; nil if that is unknown.
  package var commitsAdded: Int?
  package var commitsRemoved: Int?
  /// In the order of paths; nil if files could not be compared.
  package var files: [File]?
  package var problems: [String] = []
  package var remarks: [String] = []

  package var linesAdded: Int { (files ?? []).reduce(0) { $0 + ($1.linesAdded ?? 0) } }
  package var linesRemoved: Int { (files ?? []).reduce(0) { $0 + ($1.linesRemoved ?? 0) } }
  /// How many bytes the files have grown; negative if they have shrunk.
  package var growth: Int { (files ?? []).reduce(0) { $0 + ($1.bytesAfter ?? 0) - ($1.bytesBefore ?? 0) } }

  /// Most files first.
  package var directories: [Directory] {
    var found: [BytePath: Directory] = [:]
    for file in files ?? [] {
      let above = file.path.parent?.components.prefix(2) ?? []
      let path = above.isEmpty ? "." : above.reduce(BytePath([UInt8]())) { $0.appending($1) }
      var directory = found[path] ?? Directory(path: path, files: 0, linesAdded: 0, linesRemoved: 0)
      directory.files += 1
      directory.linesAdded += file.linesAdded ?? 0
      directory.linesRemoved += file.linesRemoved ?? 0
      found[path] = directory
    }
    return found.values.sorted { ($1.files, $0.path) < ($0.files, $1.path) }
  }

  private enum Keys: String, CodingKey {
    case before, after, commitsAdded, commitsRemoved, files, directories, linesAdded, linesRemoved, growth
    case problems, remarks
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(before, forKey: .before)
    try container.encode(after, forKey: .after)
    try container.encodeIfPresent(commitsAdded, forKey: .commitsAdded)
    try container.encodeIfPresent(commitsRemoved, forKey: .commitsRemoved)
    if let files {
      try container.encode(files, forKey: .files)
      try container.encode(directories, forKey: .directories)
      try container.encode(linesAdded, forKey: .linesAdded)
      try container.encode(linesRemoved, forKey: .linesRemoved)
      try container.encode(growth, forKey: .growth)
    }
    try container.encode(problems, forKey: .problems)
    try container.encode(remarks, forKey: .remarks)
  }
}
