// A phase of a stage, as users write it: `stage-02-start`, `stage-02-webrtc-video-complete`.

package struct Stage: Codable, Sendable, Hashable {
  /// The short form, `stage-02`.
  package var id: String
  /// The whole name if it is known: `stage-02-webrtc-video`.
  package var slug: String
  package var phase: Phase

  package enum Problem: Error, Sendable, CustomStringConvertible {
    case unknownPhase(String, stage: String)
    case ambiguousFolder(String, [String])

    package var description: String {
      switch self {
      case .unknownPhase(let word, let stage):
        (word.isEmpty ? "\(stage) needs a phase" : "“\(word)” is not a phase of \(stage)")
          + "; the phases are "
          + Phase.allCases.map(\.rawValue).joined(separator: ", ")
      case .ambiguousFolder(let stage, let folders):
        "\(stage) could be \(folders.joined(separator: " or ")) in stages/"
      }
    }
  }

  /// Parses `stage-<number>[-<slug>]-<phase>`.
  /// - Returns: nil for text that does not begin with `stage-<number>`.
  package static func parse(_ text: String) throws(Problem) -> Stage? {
    let words = text.split(separator: "-", omittingEmptySubsequences: false)
    guard words.count >= 2, words[0] == "stage", !words[1].isEmpty,
      words[1].utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let id = "stage-\(words[1])"
    guard words.count >= 3, let last = words.last else { throw .unknownPhase("", stage: id) }
    let slug = words.dropLast().joined(separator: "-")
    guard let phase = Phase(rawValue: String(last)) else { throw .unknownPhase(String(last), stage: slug) }
    return Stage(id: id, slug: slug, phase: phase)
  }
}
