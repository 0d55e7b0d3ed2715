// What of a project an operation brings back: everything, databases, or files.

import FileSystem

package enum OperationScope: Codable, Sendable, Hashable {
  case everything
  case databases(SourceRequest)
  /// These files, which are written; none is removed.
  case files(Set<BytePath>)
  /// These files, which become as they were, or go: what undoes `files`.
  case exactly(Set<BytePath>)
  /// Everything below these directories.
  case directories([BytePath])

  /// Whether a file is among those that are asked for.
  package func contains(_ path: BytePath) -> Bool {
    switch self {
    case .everything: true
    case .databases: false
    case .files(let wanted), .exactly(let wanted): wanted.contains(path)
    case .directories(let wanted): wanted.contains { path.isInside($0) }
    }
  }

  /// HEAD, the index and databases belong to the whole alone.
  var isPartOfFiles: Bool {
    switch self {
    case .everything, .databases: false
    case .files, .exactly, .directories: true
    }
  }

  /// What takes back an operation of this scope.
  /// - Parameter takingBack: the same for the options of sources, which depends on their type.
  package func reversed(
    _ takingBack: (SourceOptions) throws -> SourceOptions
  ) rethrows -> OperationScope {
    switch self {
    case .files(let paths): .exactly(paths)
    case .databases(let request): .databases(try request.reversed(takingBack))
    case .everything, .exactly, .directories: self
    }
  }

  /// Git and files stay as they are.
  package var isDatabasesAlone: Bool { if case .databases = self { true } else { false } }

  /// What is asked of data sources.
  var sourceRequest: SourceRequest {
    if case .databases(let request) = self { request } else { SourceRequest() }
  }

  var removesOthers: Bool {
    switch self {
    case .everything, .exactly, .directories: true
    case .databases, .files: false
    }
  }
}
