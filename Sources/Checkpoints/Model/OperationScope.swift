// Which part of a project an operation restores: everything, databases, or files.

import FileSystem

package enum OperationScope: Codable, Sendable, Hashable {
  case everything
  case databases(SourceRequest)
  /// These files are written; no file is removed.
  case files(Set<BytePath>)
  /// These files are written or removed, as they were recorded: it undoes `files`.
  case exactly(Set<BytePath>)
  /// Everything below these directories.
  case directories([BytePath])

  /// Whether the operation restores this file.
  package func contains(_ path: BytePath) -> Bool {
    switch self {
    case .everything: true
    case .databases: false
    case .files(let wanted), .exactly(let wanted): wanted.contains(path)
    case .directories(let wanted): wanted.contains { path.isInside($0) }
    }
  }

  /// Whether it restores only files: then HEAD, the index and databases stay.
  var isPartOfFiles: Bool {
    switch self {
    case .everything, .databases: false
    case .files, .exactly, .directories: true
    }
  }

  /// The scope that undoes an operation of this scope.
  /// - Parameter takingBack: reverses the options of sources, which depends on their type.
  package func reversed(
    _ takingBack: (SourceOptions) throws -> SourceOptions
  ) rethrows -> OperationScope {
    switch self {
    case .files(let paths): .exactly(paths)
    case .databases(let request): .databases(try request.reversed(takingBack))
    case .everything, .exactly, .directories: self
    }
  }

  /// Whether it restores only databases: then git and files stay as they are.
  package var isOfDatabasesOnly: Bool { if case .databases = self { true } else { false } }

  /// The part of it that is for data sources.
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
