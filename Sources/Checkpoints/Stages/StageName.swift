// The name of a stage: `stage-<number>[-<words>]`. Numbers have any width: stage-2 and stage-02 are the same stage, unless
// each has a folder of its own. Names of folders, of checkpoints, and names that users type are all parsed here.

import FileSystem

package struct StageName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// `stage-02`
  package let id: String
  /// The whole name, `stage-02-webrtc-video`; the same as `id` if there is no more.
  package let slug: String
  /// The digits without leading zeros.
  let number: String

  package var description: String { slug }

  package struct Invalid: Error, Sendable, CustomStringConvertible {
    package var name: String
    package var reason: String
    package var description: String { "“\(BytePath(name))” cannot name a stage: \(reason)" }
  }

  /// - Returns: nil for text that does not begin with `stage-<number>`, or does not continue with `-<words>`.
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

  /// A name for a new stage: it must be allowed for its checkpoints and its folder.
  package init(forNew text: String) throws(Invalid) {
    guard let name = StageName(text) else {
      throw Invalid(name: text, reason: "it is not of the form stage-NUMBER or stage-NUMBER-words")
    }
    if let last = text.split(separator: "-").last, let phase = Phase(rawValue: String(last)) {
      throw Invalid(name: text, reason: "its last word is a phase, so \(text) means the \(phase) of a stage")
    }
    for phase in Phase.allCases {
      do throws(CheckpointName.Invalid) { _ = try CheckpointName("\(text)-\(phase)") } catch {
        let isLong = text.utf8.count > 80
        throw Invalid(
          name: text, reason: isLong ? "it is longer than a checkpoint's name may be" : error.reason)
      }
    }
    // A temporary file must not look like a stage's folder, nor the other way round.
    if ReplacedFile.isTemporary(BytePath(text)) { throw Invalid(name: text, reason: "it ends in .tmp") }
    self = name
  }

  /// Whether it is only `stage-<number>`.
  package var isShort: Bool { slug == id }

  /// Ordered by number, then by the words.
  package static func < (left: StageName, right: StageName) -> Bool {
    (left.number.utf8.count, left.number, left.slug) < (right.number.utf8.count, right.number, right.slug)
  }

  package func hasNumber(of other: StageName) -> Bool { number == other.number }
}
