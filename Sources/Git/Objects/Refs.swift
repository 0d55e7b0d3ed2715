// Reads and writes refs and tags through libgit2, and finds the commits that revisions name.

import CGit
import FileSystem

extension ObjectDatabase {
  /// The object that a ref names, which may be a tag; nil if there is no such ref.
  package func target(of ref: String) throws -> ObjectID? {
    var id = git_oid()
    let code = git_reference_name_to_id(&id, repository, ref)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try LibGit2.check(code, "read the ref \(ref)")
    return ObjectID(id)
  }

  package func setRef(_ ref: String, to id: ObjectID) throws {
    var raw = id.raw
    var reference: OpaquePointer?
    try LibGit2.check(git_reference_create(&reference, repository, ref, &raw, 1, nil), "write the ref \(ref)")
    git_reference_free(reference)
  }

  /// Removes the lock file that a killed process left for a ref which no other process uses.
  package func breakLock(of ref: String) throws {
    guard let common = objects.parent else { return }
    try FileTree.remove(common.appending(ref + ".lock"))
  }

  package func refs(below prefix: String) throws -> [String] {
    var iterator: OpaquePointer?
    try LibGit2.check(git_reference_iterator_glob_new(&iterator, repository, prefix + "*"), "list refs")
    defer { git_reference_iterator_free(iterator) }
    var names: [String] = []
    var name: UnsafePointer<CChar>?
    while git_reference_next_name(&name, iterator) == 0, let found = name {
      names.append(String(cString: found))
    }
    return names
  }

  /// The tags that lead to a commit and have a wanted name, with that commit.
  package func tags(where isWanted: (String) -> Bool) throws -> [(name: String, target: ObjectID)] {
    var iterator: OpaquePointer?
    try LibGit2.check(git_reference_iterator_glob_new(&iterator, repository, "refs/tags/*"), "list tags")
    defer { git_reference_iterator_free(iterator) }
    var found: [(name: String, target: ObjectID)] = []
    var reference: OpaquePointer?
    // Only names are listed at first, so that thousands of checkpoints' tags need not be read.
    var full: UnsafePointer<CChar>?
    while git_reference_next_name(&full, iterator) == 0, let full {
      let name = String(String(cString: full).dropFirst("refs/tags/".count))
      guard isWanted(name), git_reference_lookup(&reference, repository, full) == 0 else { continue }
      defer { git_reference_free(reference) }
      var id = git_oid()
      guard git_reference_name_to_id(&id, repository, full) == 0, let commit = commit(of: ObjectID(id)) else {
        continue
      }
      found.append((name, commit))
    }
    return found
  }

  /// Makes refs that do not exist yet, all of them or none.
  package func createRefs(_ refs: [(name: String, target: ObjectID)]) throws {
    if refs.isEmpty { return }
    let words = refs.reduce(into: [UInt8]()) {
      $0 += Array("create \($1.name)".utf8) + [0] + Array("\($1.target)".utf8) + [0]
    }
    try git.run(
      ["-c", "core.hooksPath=/dev/null", "update-ref", "--no-deref", "-z", "--stdin"], input: words)
  }

  /// Deletes refs of our own, which no other process changes. Those that do not exist are no error.
  package func deleteRefs(_ refs: [String]) throws {
    guard !refs.isEmpty, let common = objects.parent else { return }
    if try RefRemoval(common: common, files: files).remove(refs) { return }
    let words = refs.reduce(into: [UInt8]()) { $0 += Array("delete \($1)".utf8) + [0, 0] }
    // The user's hooks are not for our refs. One that is symbolic goes, not what it leads to.
    let options: [BytePath] = [
      "-c", "core.hooksPath=/dev/null", "update-ref", "--no-deref", "-z", "--stdin",
    ]
    try git.run(options, input: words)
  }

  /// The commit that a revision in git's own syntax names; nil if there is none.
  package func commit(at revision: String) -> ObjectID? {
    var object: OpaquePointer?
    let code = git_revparse_single(&object, repository, revision)
    if code == 0 {
      defer { git_object_free(object) }
      return git_object_id(object).flatMap { commit(of: ObjectID($0.pointee)) }
    }
    if [GIT_ENOTFOUND, GIT_EAMBIGUOUS, GIT_EINVALIDSPEC].contains(where: { $0.rawValue == code }) {
      return nil
    }
    // libgit2 has found an object that it cannot parse, so git is asked.
    let words: [BytePath] = [
      "rev-parse", "--verify", "--quiet", "--end-of-options", BytePath("\(revision)^{commit}"),
    ]
    guard let line = try? git.run(words) else { return nil }
    return ObjectID(String(decoding: line, as: UTF8.self).prefix { $0 != "\n" })
  }
}
