// Why an output cannot get the name that the user asked for.

package enum OutputProblem: Error, Sendable, CustomStringConvertible {
  case exists(BytePath)
  case noDirectory(BytePath)
  /// The name belongs to something that an output may not replace.
  case occupied(BytePath)

  package var description: String {
    switch self {
    case .exists(let path): "\(path) exists already"
    case .occupied(let path): "\(path) exists and is not an earlier output, so it is not replaced"
    case .noDirectory(let path): "the directory \(path) for the output does not exist"
    }
  }
}
