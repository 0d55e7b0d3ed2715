// Where a value is set, for people: the file and the line. Lines are looked up only if the value is mentioned.

import FileSystem
import Git

package enum SettingPlace: Sendable, Hashable, CustomStringConvertible {
  /// - Parameter line: nil if the file was changed or cannot be read.
  case committed(line: Int?)
  case file(BytePath, line: Int?)
  case environment

  package var line: Int? {
    switch self {
    case .committed(let line), .file(_, let line): line
    case .environment: nil
    }
  }

  package var file: BytePath? {
    switch self {
    case .committed: Settings.fileName
    case .file(let path, _): path
    case .environment: nil
    }
  }

  package var description: String {
    guard let file else { return "git's command line or environment" }
    return "\(file)\(line.map { ":\($0)" } ?? "")"
  }
}

/// Finds places. Each file is read once.
struct SettingPlaces {
  /// The largest file of the user that is searched.
  private static let byteLimit = 4 << 20

  private let settings: Settings
  private var known: [SettingValue.Origin: [String: [Int]]] = [:]

  init(_ settings: Settings) { self.settings = settings }

  /// - Parameter key: without `checkpoint.`.
  mutating func place(of value: SettingValue, key: String) -> SettingPlace {
    switch value.origin {
    case .environment: return .environment
    case .committed: return .committed(line: line(of: value, key))
    case .file(let path): return .file(path, line: line(of: value, key))
    }
  }

  private mutating func line(of value: SettingValue, _ key: String) -> Int? {
    let lines = known[value.origin] ?? lines(in: value.origin)
    known[value.origin] = lines
    let found = lines[key] ?? []
    return value.index < found.count ? found[value.index] : nil
  }

  private func lines(in origin: SettingValue.Origin) -> [String: [Int]] {
    let (bytes, isShared): ([UInt8], Bool) =
      switch origin {
      case .committed: (settings.committedBytes, false)
      case .environment: ([], true)
      case .file(let path):
        (
          (try? FileTree.readAll(
            path.isAbsolute ? path : settings.worktree.appending(path), limit: Self.byteLimit)) ?? [], true
        )
      }
    // In git's own files only keys that begin with `checkpoint.` are ours.
    return ConfigLines(bytes).keys.reduce(into: [:]) { found, key in
      let name = Settings.withoutPrefix(key.name)
      if !isShared || name != key.name { found[name, default: []].append(key.line) }
    }
  }
}
