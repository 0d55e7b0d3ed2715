// What a file in an exported checkpoint is, by its path there. Paths that lead out of the project are none of them.

import FileSystem

enum ProjectFile: Equatable {
  case database(String)
  /// A file of the project, or a kept file, by its path there.
  case project(BytePath)
  case config(BytePath)
  case manifest

  /// nil for other files, and for paths that lead out of the project or into git's own directories.
  init?(_ path: [UInt8]) {
    var parts = BytePath(path).components
    if parts.first == "." { parts.removeFirst() }
    let isUnsafe = parts.contains { part in
      part == ".." || part == "." || "\(part)".lowercased() == ".git"
    }
    if isUnsafe || path.first == UInt8(ascii: "/") { return nil }
    func rest(_ count: Int) -> BytePath { parts.dropFirst(count).reduce("") { $0.appending($1) } }
    switch (parts.first, parts.dropFirst().first) {
    case ("backup", let name?) where parts.count == 2: self = .database("\(name)")
    case ("project", .some): self = .project(rest(1))
    case ("config", .some): self = .config(rest(1))
    case ("metadata", "backup-metadata.json"), ("stage_backup", "stage-metadata.json"): self = .manifest
    case ("stage_backup", let name?)
    where parts.count == 2 && name.hasPrefix("database") && "\(name)".hasSuffix(".sql"):
      self = .database("\(name)")
    case ("stage_backup", "related_files") where parts.count > 2: self = .project(rest(2))
    // The stage's own folder.
    case ("stage_backup", .some) where parts.count > 2:
      self = .project(BytePath("stages").appending(rest(1)))
    default: return nil
    }
  }
}
