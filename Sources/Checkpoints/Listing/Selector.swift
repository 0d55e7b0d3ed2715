// Finds the one checkpoint that a selector means, or the ones that may be meant.

import FileSystem
import Git

package enum SelectorProblem: Error, Sendable, CustomStringConvertible {
  case unknown(String, near: [String])
  case ambiguous(String, [String])
  case none
  case noStable(newest: CheckpointID?)

  package var description: String {
    switch self {
    case .unknown(let text, _): "there is no checkpoint “\(BytePath(text))”"
    case .ambiguous(let text, _): "“\(BytePath(text))” means more than one checkpoint"
    case .none: "there is no checkpoint yet"
    case .noStable: "no checkpoint is stable yet"
    }
  }

  package var candidates: [String] {
    switch self {
    case .unknown(_, let near): near
    case .ambiguous(_, let ids): ids
    case .none, .noStable: []
    }
  }
}

extension Catalog {
  /// Finds the checkpoint that a selector means: an id, a name, a stage's phase, a bare timestamp,
  /// `latest`, `last-stable`, or a git revision.
  package func select(
    _ text: String, _ stability: Stability, commitAt revision: (String) throws -> ObjectID?
  ) throws -> Manifest {
    if let found = try newest(named: text) { return found }
    let ordinary = try newestFirst().lazy.filter { !$0.kind.isInternal }
    switch text {
    case "latest":
      guard let newest = ordinary.first(where: { _ in true }) else { throw SelectorProblem.none }
      return newest
    case "last-stable":
      if let stable = try ordinary.first(where: { try stability.reason(of: $0) != nil }) { return stable }
      guard let newest = ordinary.first(where: { _ in true }) else { throw SelectorProblem.none }
      throw SelectorProblem.noStable(newest: newest.id)
    default: break
    }
    if let stage = try? Stage.parse(text) {
      let recorded = try manifests { $0.hasPrefix("stage-") }.readable
      if let match = recorded.last(where: { $0.stage.map { Self.matches($0, stage) } ?? false }) {
        return match
      }
    }
    let ids = try ids()
    let sameTime = ids.filter { $0.timestamp == text }.compactMap { try? manifest($0) }
    if sameTime.count > 1 { throw SelectorProblem.ambiguous(text, sameTime.map(\.id.description)) }
    if let only = sameTime.first { return only }
    if let commit = try revision(text) {
      let there = try Listing.read(store).entries.filter { !$0.kind.isInternal && $0.head == commit }
      // A release tag means the tagged commit: prefer a checkpoint without uncommitted changes.
      let clean = stability.tags.tag(of: text) == nil ? nil : there.last { $0.isCommitItself }
      if let match = clean ?? there.last { return try manifest(match.id) }
    }
    // If the checkpoint exists but cannot be read, report that instead of “unknown”.
    if let id = ids.last(where: { $0.description == text || $0.name == text }) { _ = try manifest(id) }
    throw SelectorProblem.unknown(text, near: Self.near(text, ids))
  }

  /// An id or a name is found without reading other manifests. Manifests that cannot be read are skipped.
  private func newest(named text: String) throws -> Manifest? {
    let ids = try ids()
    if let exact = ids.last(where: { $0.description == text }), let found = try? manifest(exact) {
      return found
    }
    let named = ids.filter { $0.name == text }.compactMap { try? manifest($0) }
    return named.max { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  private static func matches(_ recorded: Stage, _ asked: Stage) -> Bool {
    recorded.phase == asked.phase && recorded.id == asked.id
      && (asked.slug == asked.id || asked.slug == recorded.slug)
  }

  /// The names most like `text`, newest first, at most five.
  private static func near(_ text: String, _ ids: [CheckpointID]) -> [String] {
    let asked = text.lowercased()
    var seen: Set<String> = []
    let candidates = ids.reversed().filter { seen.insert($0.name).inserted }.map { id in
      let shown = id.description
      let isPart = shown.lowercased().contains(asked)
      return (isPart ? 0 : EditDistance.between(asked, id.name.lowercased()), shown)
    }
    return candidates.filter { $0.0 <= max(2, asked.count / 3) }.sorted { $0.0 < $1.0 }.prefix(5).map(\.1)
  }
}
