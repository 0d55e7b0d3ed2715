// What is wrong with a remote, or with what is in it.

import Checkpoints
import FileSystem

package enum RemoteProblem: Error, Sendable, CustomStringConvertible {
  case missing(BytePath)
  case occupied(BytePath)
  case newerFormat(BytePath, found: Int, supported: Int)
  case damaged(BytePath, String)
  /// A chunk that a checkpoint needs is in no pack.
  case incomplete(CheckpointID, String)
  /// Another checkpoint of the same id is here.
  case clash(CheckpointID)
  /// It belongs to this working tree, and goes by itself.
  case rescue(CheckpointID)
  /// In the working tree, of which it would become a part.
  case inside(BytePath)
  case unsupported(String)
  case badName(String)
  case exists(String)
  case unknown(String, known: [String])
  case severalRemotes([String])
  case none

  package var description: String {
    switch self {
    case .missing(let path): "there is no remote at \(path)"
    case .occupied(let path): "\(path) is not empty, and is no remote"
    case .newerFormat(let path, let found, let supported):
      "the remote at \(path) has format \(found), this program knows formats up to \(supported)"
    case .damaged(let path, let why): "\(path) is damaged: \(why)"
    case .incomplete(let id, let why): "the remote has not all of \(id): \(why)"
    case .clash(let id): "there is another checkpoint \(id) here, with other contents"
    case .rescue(let id): "\(id) is not pushed: it is what undo needs here, and goes by itself"
    case .inside(let path): "\(path) is in the working tree, which checkpoints record"
    case .badName(let name): "“\(BytePath(name))” cannot name a remote: letters, digits, “-” and “_” can"
    case .exists(let name): "there is a remote “\(name)” already"
    case .unsupported(let url): "“\(BytePath(url))” is no directory, and other remotes are not supported yet"
    case .unknown(let name, _): "there is no remote “\(BytePath(name))”"
    case .severalRemotes: "there are several remotes"
    case .none: "there is no remote yet"
    }
  }
}
