// What a checkpoint records about its stage: the progress at that moment, and whether its phase is in order. Nothing here
// prevents a checkpoint from being taken.

import FileSystem

struct StageRecord {
  private(set) var progress: StageProgress?
  private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - stage: the stage of the checkpoint; nil for other kinds.
  ///   - recordsWorktree: whether the checkpoint has files.
  init(_ stage: Stage?, recordsWorktree: Bool, _ worktree: BytePath, _ catalog: Catalog) {
    guard let stage else {
      // Other kinds record the progress of the stage that is under way, without remarks about it.
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

  /// The stage of the newest checkpoint that belongs to one, unless that completed it.
  private static func underWay(_ catalog: Catalog, _ worktree: BytePath) -> String? {
    guard let newest = StageHistory.newest(in: catalog), let stage = newest.stage, !newest.completesStage
    else {
      return nil
    }
    // A folder that was made later has the whole name.
    return (try? stage.resolved(in: worktree))?.slug ?? stage.slug
  }

  /// A remark if a whole name has no folder, but other folders have the same number: it may be a slip.
  private static func likelyMistake(_ stage: Stage, _ worktree: BytePath) -> [String] {
    let name = StageName(stage)
    if name.isShort { return [] }
    let same = StageFolders.names(in: worktree).filter { $0.hasNumber(of: name) }
    if same.isEmpty || same.contains(name) { return [] }
    return ["there is no stages/\(name), but stages/\(same.map(\.slug).joined(separator: ", stages/"))"]
  }
}
