// Packs that carry objects from one repository to another, made and taken by git itself.

import FileSystem
import Glibc

extension ObjectDatabase {
  /// Writes a pack with everything that some objects lead to and others do not.
  /// - Parameters:
  ///   - known: objects whose history and contents the receiver has. Those that are missing here are passed over.
  ///   - isPartial: whether objects may be missing here, as in a partial clone.
  ///   - consume: gets the pack, piece by piece.
  package func writePack(
    of tips: [ObjectID], without known: [ObjectID], isPartial: Bool,
    consume: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var input = tips.map { "\($0)\n" } + known.filter(exists).map { "^\($0)\n" }
    let words: [BytePath] = [
      "-c", "pack.packSizeLimit=0", "pack-objects", "--revs", "--stdout", "--quiet", "--delta-base-offset",
    ]
    let process = git.subprocess(words + (isPartial ? ["--missing=allow-any"] : []))
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
    let words = String(decoding: printed, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return TakenPack(
      file: words.last.map { objects.appending("pack").appending(BytePath("pack-\($0).keep")) })
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

  /// Branches and tags of the user, with what they lead to.
  package func branchesAndTags() throws -> [(name: String, target: ObjectID)] {
    let own = "refs/tags/checkpoint/"
    return try ["refs/heads/", "refs/tags/"].flatMap { try refs(below: $0) }
      .filter { !$0.hasPrefix(own) }.compactMap { ref in try target(of: ref).map { (ref, $0) } }
  }
}
