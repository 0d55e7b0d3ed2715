// The settings that decide whether git writes other bytes to a file than its object has.

import FileSystem

package struct ConversionSettings: Hashable, Sendable {
  private let values: [String: [String]]

  /// - Parameter all: git's settings by name; of several values the last one counts.
  package init(_ all: [String: [String]]) {
    values = all.filter { key, _ in
      ["core.autocrlf", "core.eol", "core.attributesfile", "lfs.storage"].contains(key)
        || key.hasPrefix("filter.")
    }
  }

  /// Reads the settings from git.
  init(_ git: GitProgram) throws {
    let records = try git.records(["config", "--null", "--list"])
    self.init(
      records.reduce(into: [:]) { found, record in
        let parts = record.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true"
        found[String(decoding: parts[0], as: UTF8.self), default: []].append(value)
      })
  }

  private func text(_ key: String) -> String? { values[key]?.last }

  /// Whether text files get the line ends of Windows, unless an attribute says otherwise: all of them, or only those that an
  /// attribute marks as text.
  var makesCarriageReturns: (all: Bool, marked: Bool) {
    switch text("core.autocrlf")?.lowercased() {
    case "input": (false, false)
    case nil, "", "false", "no", "off", "0": (false, text("core.eol")?.lowercased() == "crlf")
    default: (true, true)
    }
  }

  /// The file with the user's attributes for all repositories.
  func attributesFile(_ environment: [String: String]) -> BytePath? {
    let home = environment["HOME"] ?? ""
    if let path = text("core.attributesfile") {
      return BytePath(path.hasPrefix("~/") ? home + path.dropFirst() : path)
    }
    if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty { return BytePath(base + "/git/attributes") }
    return home.isEmpty ? nil : BytePath(home + "/.config/git/attributes")
  }

  /// The directory in which Git LFS stores contents.
  func largeFileStorage(_ location: RepositoryLocation) -> BytePath {
    guard let path = text("lfs.storage").map({ BytePath($0) }) else {
      return location.commonDirectory.appending("lfs")
    }
    return path.isAbsolute ? path : location.commonDirectory.appending(path)
  }

  /// Everything that decides how a file with these attributes is converted, as one text.
  func signature(_ attributes: [String]) -> String {
    let drivers = attributes.last.map { filter in
      values.filter { $0.key.hasPrefix("filter.\(filter).") }.sorted { $0.key < $1.key }
        .map { "\($0.key)=\($0.value.last ?? "")" }
    }
    return ([text("core.autocrlf") ?? "", text("core.eol") ?? ""] + attributes + (drivers ?? []))
      .joined(separator: "\n")
  }

  static let lineEndKeys: Set<String> = ["core.autocrlf", "core.eol"]

  /// The settings of line ends, as options with which git can be made to use them later.
  package var lineEndOptions: [String: String] {
    ["core.autocrlf": text("core.autocrlf") ?? "false", "core.eol": text("core.eol") ?? "native"]
  }
}
