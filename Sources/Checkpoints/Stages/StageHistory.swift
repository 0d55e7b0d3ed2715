// What the checkpoints of a store say about stages. Their names are enough for most of it, so only few manifests are read,
// however many there are.

enum StageHistory {
  /// The phases of a stage that have a checkpoint. A `complete` whose tests failed does not count.
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
      // Only the contents order the checkpoints of one second.
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
  /// True for `complete` unless its tests failed. Skipped or unconfigured tests count as complete.
  var completesStage: Bool { stage?.phase == .complete && tests?.outcome.isFailure != true }
}

extension StageName {
  /// Whether both mean the same stage, as far as the names show: a bare number can be any stage of that number.
  func isSame(as other: StageName) -> Bool {
    hasNumber(of: other) && (slug == other.slug || isShort || other.isShort)
  }
}
