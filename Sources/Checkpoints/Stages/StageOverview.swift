// The state of every stage that has a folder below `stages/`, checkpoints, or both. Checkpoints say which phases were
// reached; the present progress.md, or the last recorded one if it is gone, says how much is done.

import FileSystem

package struct StageOverview: Sendable {
  /// A phase that has checkpoints.
  package struct Reached: Sendable {
    package var phase: Phase
    /// Oldest first.
    package var checkpoints: [Manifest]
  }

  package var name: StageName
  package var hasFolder: Bool
  /// In the order of the phases.
  package var reached: [Reached]
  package var progress: StageProgress?
  /// The present progress.md; nil without a folder.
  package var file: ProgressFile?
  /// Oddities in progress.md.
  package var problems: [String] = []

  /// Oldest first.
  package var checkpoints: [Manifest] {
    reached.flatMap(\.checkpoints).sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  /// The phase of the newest checkpoint.
  package var phase: Phase? { checkpoints.last?.stage?.phase }

  /// The tests of the newest `complete`.
  package var tests: TestRun? { reached.last { $0.phase == .complete }?.checkpoints.last?.tests }

  /// All stages, by number.
  /// - Parameter manifests: oldest first; those that belong to no stage are ignored.
  package static func all(_ manifests: [Manifest], in worktree: BytePath) -> [StageOverview] {
    let folders = StageFolders.names(in: worktree)
    let stages = manifests.filter { $0.kind == .stage && $0.stage != nil }
    var names = Set(folders)
    for manifest in stages { if let stage = manifest.stage { names.insert(StageName(stage)) } }
    let owners = Dictionary(uniqueKeysWithValues: names.map { ($0, owner(of: $0, among: names)) })
    let grouped = Dictionary(grouping: stages) { manifest in
      manifest.stage.map { StageName($0) }.map { owners[$0] ?? $0 }
    }
    return Set(owners.values).sorted().map { name in
      overview(name, grouped[name] ?? [], hasFolder: folders.contains(name), worktree)
    }
  }

  /// The stage that a name belongs to. A bare number belongs to the only stage with that number and words; if there are
  /// several, it is a stage of its own.
  private static func owner(of name: StageName, among names: Set<StageName>) -> StageName {
    guard name.isShort else { return name }
    let longer = names.filter { !$0.isShort && $0.hasNumber(of: name) }
    if longer.count == 1, let only = longer.first { return only }
    // Both stage-2 and stage-02 exist, without words.
    return names.filter { $0.isShort && $0.hasNumber(of: name) }.min { $0.id.utf8.count > $1.id.utf8.count }
      ?? name
  }

  private static func overview(
    _ name: StageName, _ manifests: [Manifest], hasFolder: Bool, _ worktree: BytePath
  ) -> StageOverview {
    let reached = Phase.allCases.compactMap { phase -> Reached? in
      let found = manifests.filter { $0.stage?.phase == phase }
      return found.isEmpty ? nil : Reached(phase: phase, checkpoints: found)
    }
    var overview = StageOverview(name: name, hasFolder: hasFolder, reached: reached)
    overview.progress = manifests.last { $0.progress != nil }?.progress
    guard hasFolder else { return overview }
    do {
      overview.file = try ProgressFile.read(
        inFolder: StageFolders.directory(in: worktree).appending(name.slug))
      overview.problems = overview.file?.problems ?? []
    } catch {
      overview.problems = [
        "\(ProgressFile.name) cannot be read: \((error as? SystemError)?.reason ?? "\(error)")"
      ]
    }
    if let file = overview.file { overview.progress = StageProgress(parts: file.counts, stage: name.slug) }
    return overview
  }

  /// Finds the stage that a text means, by its whole name or its number in any width. Without a text it is the stage that is
  /// under way.
  package static func select(_ text: String?, among all: [StageOverview]) throws(StageProblem)
    -> StageOverview
  {
    guard let text else {
      let newest = all.filter { !$0.reached.isEmpty }.max { left, right in
        (left.checkpoints.last.map { $0.createdAt.millisecondsSinceEpoch } ?? 0)
          < (right.checkpoints.last.map { $0.createdAt.millisecondsSinceEpoch } ?? 0)
      }
      guard let found = newest ?? (all.count == 1 ? all.first : nil) else {
        throw .noneUnderWay(all.map(\.name.slug))
      }
      return found
    }
    if let exact = all.first(where: { $0.name.slug == text }) { return exact }
    if let asked = StageName(text), asked.isShort {
      let same = all.filter { $0.name.hasNumber(of: asked) }
      let written = same.filter { $0.name.id == asked.id }
      let found = written.isEmpty ? same : written
      if found.count > 1 { throw .ambiguous(text, found.map(\.name.slug)) }
      if let only = found.first { return only }
    }
    throw .unknown(text, near: near(text, all.map(\.name)))
  }

  /// The most similar names, at most five; those with the same number first.
  private static func near(_ text: String, _ names: [StageName]) -> [String] {
    let asked = text.lowercased()
    let number = StageName(text)
    let ranked = names.compactMap { name -> (Int, String)? in
      let slug = name.slug.lowercased()
      if number.map({ $0.hasNumber(of: name) }) == true { return (0, name.slug) }
      if asked.utf8.count > 1 && slug.contains(asked) { return (0, name.slug) }
      let words = slug.dropFirst(name.id.count + 1)
      let distance = min(
        EditDistance.between(asked, slug), EditDistance.between(asked, name.id),
        words.isEmpty ? .max : EditDistance.between(asked, String(words)))
      return distance <= max(2, asked.count / 3) ? (distance, name.slug) : nil
    }
    return ranked.sorted { $0 < $1 }.prefix(5).map(\.1)
  }
}
