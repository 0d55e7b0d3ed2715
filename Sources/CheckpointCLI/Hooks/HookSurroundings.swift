// What can be found out about a repository if its settings or its store cannot be read.

import Checkpoints
import ChunkStore
import FileSystem
import Git

struct HookSurroundings {
  private let git: GitProgram

  init(_ directory: BytePath, _ environment: [String: String]) {
    git = GitProgram(in: directory, environment: environment)
  }

  /// All repositories can share one directory of hooks. Errors in a repository without a store are not reported then.
  var isMeant: Bool { isSetUp || !HookDirectory.isShared(git) }

  /// Whether a hook that fails stops git.
  var blocks: Bool { HookSettings.blocks(git) }

  /// Whether a store is at its usual place.
  private var isSetUp: Bool {
    let common = try? git.line(["rev-parse", "--path-format=absolute", "--git-common-dir"])
    return common.map { Store.exists(at: BytePath($0).appending("checkpoints")) } ?? false
  }
}
