// The authors of commits, by the names that `.mailmap` gives them.

import CGit

/// Reads the names of commits' authors. It belongs to one thread, and must not outlive its repository.
package final class CommitReader {
  private let repository: OpaquePointer
  private let mailmap: OpaquePointer?

  init(_ repository: OpaquePointer) {
    self.repository = repository
    var mailmap: OpaquePointer?
    // A mailmap that cannot be read is ignored.
    self.mailmap = git_mailmap_from_repository(&mailmap, repository) == 0 ? mailmap : nil
  }

  deinit { git_mailmap_free(mailmap) }

  func author(of id: git_oid) throws -> String {
    var id = id
    var commit: OpaquePointer?
    try LibGit2.check(git_commit_lookup(&commit, repository, &id), "read a commit")
    defer { git_commit_free(commit) }
    var signature: UnsafeMutablePointer<git_signature>?
    try LibGit2.check(git_commit_author_with_mailmap(&signature, commit, mailmap), "read a commit's author")
    defer { git_signature_free(signature) }
    guard let name = signature?.pointee.name else { return "" }
    return String(cString: name)
  }
}
