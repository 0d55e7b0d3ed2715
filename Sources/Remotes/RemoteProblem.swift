// What is wrong with a remote, or with what is in it.

import Checkpoints
import FileSystem

package enum RemoteProblem: Error, Sendable, CustomStringConvertible {
  case missing(BytePath)
  /// It was there when the operation began.
  case gone(BytePath)
  case notDirectory(BytePath)
  case occupied(BytePath)
  /// It may be whole.
  case unreadable(BytePath, String)
  case empty(BytePath)
  case noCheckpoint(String, near: [String])
  /// Several of one id and different contents.
  case several(CheckpointID, [String])
  /// Another process of this store pushes.
  case pushing
  /// What is sent is not there afterwards.
  case unstable(BytePath)
  /// What is to become a project.
  case notEmpty(BytePath)
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
  /// The repository has not the whole history of its commits.
  case shallow
  /// The repository has not all files of its history.
  case partial
  case unsupported(String)
  case badName(String)
  case exists(String)
  /// Another file than the repository's own sets it.
  case setElsewhere(String)
  case unknown(String, known: [String])
  case severalRemotes([String])
  case none

  package var description: String {
    switch self {
    case .missing(let path): "there is no remote at \(path)"
    case .gone(let path): "the remote at \(path) is gone since this began"
    case .notDirectory(let path): "\(path) is not a directory"
    case .unreadable(let path, let why): "\(path) cannot be read: \(why)"
    case .empty(let path): "the remote at \(path) has no checkpoint yet"
    case .noCheckpoint(let text, _): "the remote has no checkpoint “\(BytePath(text))”"
    case .several(let id, _): "the remote has several checkpoints \(id), with different contents"
    case .pushing: "another push of this project is at work"
    case .unstable(let path): "what is sent to \(path) is not there afterwards"
    case .occupied(let path): "\(path) is not empty, and is no remote"
    case .notEmpty(let path): "\(path) is not empty"
    case .newerFormat(let path, let found, let supported):
      "the remote at \(path) has format \(found), this program knows formats up to \(supported)"
    case .damaged(let path, let why): "\(path) is damaged: \(why)"
    case .incomplete(let id, let why): "the remote has not all of \(id): \(why)"
    case .clash(let id): "there is another checkpoint \(id) here, with other contents"
    case .rescue(let id): "\(id) is not pushed: it is what undo needs here, and goes by itself"
    case .partial: "this repository is a partial clone: it lacks files that a checkpoint elsewhere would need"
    case .shallow: "this repository is shallow: it lacks commits that a checkpoint elsewhere would need"
    case .inside(let path): "\(path) is inside the project, and would go with it"
    case .badName(let name): "“\(BytePath(name))” cannot name a remote: letters, digits, “-” and “_” can"
    case .exists(let name): "there is a remote “\(name)” already"
    case .setElsewhere(let name): "the remote “\(name)” is not set in this repository"
    case .unsupported(let url): "“\(BytePath(url))” is no directory, and other remotes are not supported yet"
    case .unknown(let name, _): "there is no remote “\(BytePath(name))”"
    case .severalRemotes: "there are several remotes"
    case .none: "there is no remote yet"
    }
  }
}
