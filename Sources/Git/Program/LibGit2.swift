// Starts libgit2 once, when a command first needs it, and turns its codes
// into errors.

import CGit
import Glibc

enum LibGit2 {
  // Repository extensions that do not affect objects and refs, which is all that libgit2 does for us. It goes on refusing
  // others (objectFormat=sha256, refStorage=reftable, relativeWorktrees).
  private static let harmlessExtensions = ["noop", "worktreeconfig", "partialclone", "preciousobjects"]

  private static let isStarted: Bool = {
    guard git_libgit2_init() > 0 else { return false }
    let copies = harmlessExtensions.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var names = copies.map { UnsafePointer($0) }
    guard shim_git_set_extensions(&names, names.count) == 0 else { return false }
    // By default trees of more than 4 KiB, about a hundred files, are not cached: each path through them reads them again.
    return shim_git_set_tree_cache(1 << 20, 64 << 20) == 0
  }()

  static func start() throws(GitError) {
    guard isStarted else {
      throw GitError(code: -1, operation: "start libgit2", message: "it cannot be initialized")
    }
  }

  /// Turns a negative code into an error. The message is read at once, because each thread has its own last message.
  @discardableResult
  static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(GitError) -> Int32 {
    if code >= 0 { return code }
    let cause = errno
    var text = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "code \(code)"
    // libgit2 does not always include the system's reason.
    if [ENOSPC, EDQUOT, EROFS].contains(cause) {
      let reason = String(cString: strerror(cause))
      if !text.contains(reason) { text += ": \(reason)" }
    }
    throw GitError(code: code, operation: operation(), message: text)
  }
}
