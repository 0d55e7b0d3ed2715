// The kinds of operations that change something, or that people want to look up later.

/// The raw value is its name in the log, in a journal and on the command line.
package enum OperationKind: String, Codable, Sendable, CaseIterable {
  case checkpoint, rollback, undo, restore, verify, rehearse, warm, mark, delete, prune, archive, gc, trust,
    export, push, pull
  case `import`
  case hook, worker, schedule, notify
}

extension OperationKind: CustomStringConvertible {
  package var description: String { rawValue }
}
