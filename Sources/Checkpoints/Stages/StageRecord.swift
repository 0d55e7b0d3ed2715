// What a checkpoint says of its stage: the progress at that moment, and whether its phase comes in its order. Nothing here
// keeps a checkpoint from being taken.

import FileSystem

struct StageRecord {
  private(set) var progress: StageProgress?
  private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - stage: the one that the checkpoint is of; nil for other kinds.
  ///   - recordsWorktree: whether the checkpoint holds files at all.
  init(_ stage: Stage?, recordsWorktree: Bool, _ worktree: BytePath, _ catalog: Catalog) {
    guard let stage else {
      // Of other kinds, the stage that is under way; there is nothing to be said about it.
      guard recordsWorktree, let slug = Self.underWay(catalog, worktree) else { return }
      progress = read(slug, worktree)
      warnings = []
      return
    }
    progress = read(stage.slug, worktree)
    let reached = StageHistory.phases(of: StageName(stage), in: catalog)
    if let remark = PhaseOrder.remark(on: stage.phase, of: stage.slug, after: reached) {
      warnings.append(remark)
    }
    warnings += Self.likelyMistake(stage, worktree)
  }

  private mutating func read(_ slug: String, _ worktree: BytePath) -> StageProgress? {
    let folder = StageFolders.directory(in: worktree).appending(slug)
    do {
      guard let file = try ProgressFile.read(inFolder: folder) else { return nil }
      warnings += file.problems
      return StageProgress(parts: file.counts, stage: slug)
    } catch {
      warnings.append("\(ProgressFile.name) cannot be read: \((error as? SystemError)?.reason ?? "\(error)")")
      return nil
    }
  }

  /// The stage of the newest stage's checkpoint, unless that completed it.
  private static func underWay(_ catalog: Catalog, _ worktree: BytePath) -> String? {
    guard let newest = StageHistory.newest(in: catalog), let stage = newest.stage, !newest.completesStage
    else {
      return nil
    }
    // A folder that was made since has the whole name.
    return (try? stage.resolved(in: worktree))?.slug ?? stage.slug
  }

  /// A whole name without a folder, beside folders of the same number: perhaps a slip of the pen.
  private static func likelyMistake(_ stage: Stage, _ worktree: BytePath) -> [String] {
    let name = StageName(stage)
    if name.isShort { return [] }
    let same = StageFolders.names(in: worktree).filter { $0.hasNumber(of: name) }
    if same.isEmpty || same.contains(name) { return [] }
    return ["there is no stages/\(name), but stages/\(same.map(\.slug).joined(separator: ", stages/"))"]
  }
}

/// What checkpoints tell of stages. Their names say it, so that no more of them need be read than there are of stages.
enum StageHistory {
  /// The phases of a stage that have a checkpoint. A stage whose tests failed is not complete.
  static func phases(of name: StageName, in catalog: Catalog) -> Set<Phase> {
    let stages = ((try? catalog.ids()) ?? []).lazy.compactMap { id -> Stage? in
      guard let named = stage(of: id), StageName(named).hasNumber(of: name) else { return nil }
      guard let manifest = try? catalog.manifest(id), let recorded = manifest.stage,
        recorded.phase != .complete || manifest.completesStage
      else { return nil }
      return StageName(recorded).isSame(as: name) ? recorded : nil
    }
    return Set(stages.map(\.phase))
  }

  /// The newest checkpoint that is a stage's.
  static func newest(in catalog: Catalog) -> Manifest? {
    let ids = (try? catalog.ids()) ?? []
    var end = ids.endIndex
    while let last = ids[..<end].lastIndex(where: { stage(of: $0) != nil }) {
      // Those of one second are in order by their contents alone.
      let start = ids[...last].lastIndex { $0.timestamp != ids[last].timestamp }.map { $0 + 1 } ?? 0
      let together = ids[start...last].filter { stage(of: $0) != nil }.compactMap {
        try? catalog.manifest($0)
      }
      let newest = together.filter { $0.stage != nil }.max { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
      if let newest { return newest }
      end = start
    }
    return nil
  }

  private static func stage(of id: CheckpointID) -> Stage? {
    id.name.hasPrefix("stage-") ? (try? Stage.parse(id.name)).flatMap { $0 } : nil
  }
}

extension Manifest {
  /// The tests of a stage that is complete have not failed; nobody may have run them.
  var completesStage: Bool { stage?.phase == .complete && tests?.outcome.isFailure != true }
}

extension StageName {
  /// Whether both mean one stage, as far as the names tell: a bare number is any stage of that number.
  func isSame(as other: StageName) -> Bool {
    hasNumber(of: other) && (slug == other.slug || isShort || other.isShort)
  }
}
