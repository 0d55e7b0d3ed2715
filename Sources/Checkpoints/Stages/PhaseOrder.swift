// Phases have an order, from start to complete. Users may take them in another order, or repeat one; that only gives a
// remark.

package enum PhaseOrder {
  /// A remark if a phase is out of order.
  /// - Parameter reached: the phases of the stage that have a checkpoint.
  package static func remark(on phase: Phase, of stage: String, after reached: Set<Phase>) -> String? {
    let order = Phase.allCases
    guard let place = order.firstIndex(of: phase) else { return nil }
    if let later = order[(place + 1)...].last(where: reached.contains) {
      return later == .complete
        ? "out of order: \(stage) was complete already" : "out of order: \(stage) was at \(later) already"
    }
    let missing = order[..<place].filter { !reached.contains($0) }
    if missing.isEmpty { return nil }
    return
      "out of order: \(stage) has no checkpoint of \(missing.map(\.rawValue).joined(separator: ", ")) yet"
  }
}
