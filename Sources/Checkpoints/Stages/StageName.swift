// What a stage is called: `stage-<number>[-<words>]`. Numbers have any width; stage-2 and stage-02 are the same stage as
// long as nothing else says otherwise. A stage's folder, the names of its checkpoints and what people type are all read
// here.

import FileSystem

package struct StageName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// `stage-02`
  package let id: String
  /// The whole: `stage-02-webrtc-video`; the id where there is no more.
  package let slug: String
  /// The digits without zeros in front.
  let number: String

  package var description: String { slug }

  package struct Invalid: Error, Sendable, CustomStringConvertible {
    package var name: String
    package var reason: String
    package var description: String { "“\(BytePath(name))” cannot name a stage: \(reason)" }
  }

  /// - Returns: nil for text that does not begin with `stage-<number>`, or goes on in another way than with `-<words>`.
  package init?(_ text: String) {
    guard text.hasPrefix("stage-") else { return nil }
    let digits = text.utf8.dropFirst(6).prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, let id = String(text.utf8[..<digits.endIndex]) else { return nil }
    let rest = text.utf8[digits.endIndex...]
    if !rest.isEmpty && (rest.count < 2 || rest.first != UInt8(ascii: "-")) { return nil }
    self.id = id
    slug = text
    number = String(decoding: digits.drop { $0 == 0x30 }, as: UTF8.self)
  }

  package init(_ stage: Stage) {
    (id, slug) = (stage.id, stage.slug)
    number = String(stage.id.dropFirst(6).drop { $0 == "0" })
  }

  /// A name for a new stage, whose checkpoints and folder can all bear it.
  package init(forNew text: String) throws(Invalid) {
    guard let name = StageName(text) else {
      throw Invalid(name: text, reason: "it is not of the form stage-NUMBER or stage-NUMBER-words")
    }
    if let last = text.split(separator: "-").last, let phase = Phase(rawValue: String(last)) {
      throw Invalid(name: text, reason: "its last word is a phase, so \(text) means the \(phase) of a stage")
    }
    for phase in Phase.allCases {
      do throws(InvalidName) { _ = try CheckpointName("\(text)-\(phase)") } catch {
        let isLong = text.utf8.count > 80
        throw Invalid(
          name: text, reason: isLong ? "it is longer than a checkpoint's name may be" : error.reason)
      }
    }
    // A temporary file's name must not pass for a stage, nor the other way round.
    if ReplacedFile.isTemporary(BytePath(text)) { throw Invalid(name: text, reason: "it ends in .tmp") }
    self = name
  }

  /// Whether it is nothing but a number.
  package var isShort: Bool { slug == id }

  /// By number, then by what follows.
  package static func < (left: StageName, right: StageName) -> Bool {
    (left.number.utf8.count, left.number, left.slug) < (right.number.utf8.count, right.number, right.slug)
  }

  package func hasNumber(of other: StageName) -> Bool { number == other.number }
}

/// The stages that have a folder.
package enum StageFolders {
  package static func directory(in worktree: BytePath) -> BytePath { worktree.appending("stages") }

  /// By name; none where there is no such directory, or it cannot be listed.
  package static func names(in worktree: BytePath) -> [StageName] {
    let directory = directory(in: worktree)
    let names = (try? FileTree.list(directory)) ?? []
    return names.compactMap { name -> StageName? in
      guard !ReplacedFile.isTemporary(name), let stage = name.exactText.flatMap({ StageName($0) }),
        let kind = try? FileTree.status(directory.appending(name))?.kind, kind != .regular, kind != .other
      else { return nil }
      return stage
    }.sorted()
  }
}

extension Stage {
  /// The same stage with the name of its folder below `stages/`, if it has one. Where no folder has its number written
  /// in the same way, one that has it in another is taken.
  package func resolved(in worktree: BytePath) throws -> Stage {
    if slug != id { return self }
    let asked = StageName(self)
    let same = StageFolders.names(in: worktree).filter { $0.hasNumber(of: asked) }
    let exact = same.filter { $0.id == id }
    let folders = exact.isEmpty ? same : exact
    if folders.count > 1 { throw Problem.ambiguousFolder(id, folders.map(\.slug)) }
    guard let folder = folders.first else { return self }
    return Stage(id: folder.id, slug: folder.slug, phase: phase)
  }
}
