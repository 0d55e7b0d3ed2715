// Why the user cannot have a file or directory under the name that was asked for.

package enum OutputProblem: Error, Sendable, CustomStringConvertible {
  case exists(BytePath)
  case noDirectory(BytePath)
  /// What has the name is nothing that an output may replace.
  case occupied(BytePath)

  package var description: String {
    switch self {
    case .exists(let path): "\(path) exists already"
    case .occupied(let path): "\(path) is something else than an earlier output, so it is not replaced"
    case .noDirectory(let path): "the directory \(path) for the output does not exist"
    }
  }
}
