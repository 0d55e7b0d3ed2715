// A chunk with who needs it.

struct UsedChunk {
  let byteCount: Int
  /// The number of the only checkpoint; nil for several, or none yet.
  private(set) var owner: Int?
  private(set) var onlyClass: RetentionClass?
  /// The number of the only source.
  private(set) var onlySource: Int?
  private var (isShared, isOfSeveralSources) = (false, false)

  init(_ byteCount: Int) { self.byteCount = byteCount }

  var isNeeded: Bool { isShared || owner != nil }

  mutating func use(by index: Int, _ retentionClass: RetentionClass) {
    if !isNeeded {
      (owner, onlyClass) = (index, retentionClass)
    } else {
      if owner != index { (owner, isShared) = (nil, true) }
      if onlyClass != retentionClass { onlyClass = nil }
    }
  }

  mutating func use(bySource number: Int) {
    if onlySource == nil && !isOfSeveralSources {
      onlySource = number
    } else if onlySource != number {
      (onlySource, isOfSeveralSources) = (nil, true)
    }
  }
}
