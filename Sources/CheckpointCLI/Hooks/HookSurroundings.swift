// The environment that git gives to its hooks.

import ChunkStore
import FileSystem
import Git
import Glibc

/// What git says to its hooks of the repository and of the index that it is about to commit.
enum HookSurroundings {
  /// Makes the repository's place absolute and forgets the index, which is git's own business: the state is that of the
  /// user's index, before git has done anything to it.
  static func settle(_ location: RepositoryLocation) {
    let isNamed = getenv("GIT_DIR") != nil
    for variable in GitProgram.repositoryVariables { unsetenv(variable) }
    guard isNamed else { return }
    location.gitDirectory.withCString { _ = setenv("GIT_DIR", $0, 1) }
    location.worktree.withCString { _ = setenv("GIT_WORK_TREE", $0, 1) }
  }

  /// Whether a store is at its usual place, where little else can be found out.
  static func isSetUp(_ directory: BytePath) -> Bool {
    let git = GitProgram(in: directory)
    let common = try? git.line(["rev-parse", "--path-format=absolute", "--git-common-dir"])
    return common.map { Store.exists(at: BytePath($0).appending("checkpoints")) } ?? false
  }
}
