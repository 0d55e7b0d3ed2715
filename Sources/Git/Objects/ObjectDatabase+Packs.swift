// Packs that carry objects from one repository to another, made and taken by git itself.

import FileSystem
import Glibc

extension ObjectDatabase {
  /// Writes a pack with everything that some objects lead to and others do not.
  /// - Parameters:
  ///   - known: objects whose history and contents the receiver has. Those that are missing here are passed over.
  ///   - consume: gets the pack, piece by piece.
  package func writePack(
    of tips: [ObjectID], without known: [ObjectID], consume: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var input = tips.map { "\($0)\n" } + known.filter(exists).map { "^\($0)\n" }
    let process = git.subprocess([
      "-c", "pack.packSizeLimit=0", "pack-objects", "--revs", "--stdout", "--quiet", "--delta-base-offset",
    ])
    try process.run(
      feed: {
        defer { input = [] }
        return Array(input.joined().utf8)
      }, consume: consume)
  }

  /// Takes a pack. Git keeps it until the result is released, by when refs have to lead to its objects.
  /// - Parameters:
  ///   - limit: bytes; a longer one is refused.
  ///   - feed: gives the pack, piece by piece, and then nothing.
  package func takePack(limit: Int, feed: () throws -> [UInt8]) throws -> TakenPack {
    let process = git.subprocess([
      "-c", "transfer.fsckObjects=false", "index-pack", "--stdin", BytePath("--keep=\(KeptPack.note)"),
      BytePath("--max-input-size=\(limit)"),
    ])
    var printed: [UInt8] = []
    try process.run(feed: feed, consume: { printed += $0 })
    // Git prints “pack” instead of “keep” if it made no file, because it had the pack already.
    let words = String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0] == "keep" else { return TakenPack(file: nil) }
    return TakenPack(file: objects.appending("pack").appending(BytePath("pack-\(words[1]).keep")))
  }

  /// Whether everything that these objects lead to is here. What refs lead to is taken to be whole.
  package func hasAll(below tips: [ObjectID]) throws -> Bool {
    if tips.isEmpty { return true }
    let words: [BytePath] = ["rev-list", "--objects", "--quiet", "--stdin", "--not", "--all"]
    do {
      try git.run(words, input: Array(tips.map { "\($0)\n" }.joined().utf8))
      return true
    } catch let error as SubprocessError {
      if case .failed = error.reason { return false }
      throw error
    }
  }

  /// Whether commits have no parents here although they were made with some.
  package func isShallow() throws -> Bool {
    try git.line(["rev-parse", "--is-shallow-repository"]) == "true"
  }

  /// Whether objects may be missing that a server has.
  package func isPartialClone() throws -> Bool {
    try !git.run(["config", "--get-regexp", #"^remote\..*\.promisor$"#], accepting: [0, 1]).isEmpty
  }

  /// Branches and tags of the user, with what they lead to. Broken ones are left out.
  package func branchesAndTags() throws -> [(name: String, target: ObjectID)] {
    let own = "refs/tags/checkpoint/"
    return try ["refs/heads/", "refs/tags/"].flatMap { try refs(below: $0) }
      .filter { !$0.hasPrefix(own) }.compactMap { ref in
        try target(of: ref).flatMap { exists($0) ? (ref, $0) : nil }
      }
  }
}
