// The result of an operation: done, unchanged, or why it failed.

import FileSystem

package enum OperationOutcome: Sendable, Hashable {
  case done
  /// There was nothing to do: everything is as it was recorded before.
  case unchanged
  /// - Parameter reason: one line, without secrets.
  case failed(_ reason: String)

  package var isSuccess: Bool { if case .failed = self { false } else { true } }
}

extension OperationOutcome: TextCodable {
  /// Any other text is the reason of a failure.
  package init(_ text: String) {
    self =
      switch text {
      case Self.done.description: .done
      case Self.unchanged.description: .unchanged
      default: .failed(text)
      }
  }

  package var description: String {
    switch self {
    case .done: "done"
    case .unchanged: "unchanged"
    case .failed(let reason): reason
    }
  }
}
