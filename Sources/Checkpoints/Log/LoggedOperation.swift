// What was done, as the log has it: a kind, and perhaps a detail. The log holds and shows its text.

import FileSystem

package struct LoggedOperation: Sendable, Hashable {
  /// nil if only a later version knows it.
  package let kind: OperationKind?
  /// nil if there is none, or only a later version knows it.
  package let detail: OperationDetail?
  private let text: String

  package init(_ kind: OperationKind, _ detail: OperationDetail? = nil) {
    (self.kind, self.detail, text) = (kind, detail, kind.rawValue + (detail?.suffix ?? ""))
  }

  package static func hook(_ hook: GitHook) -> Self { Self(.hook, .hook(hook)) }
  package static func worker(_ job: String) -> Self { Self(.worker, .job(job)) }
  package static func mark(_ mark: Mark) -> Self { Self(.mark, .mark(mark)) }
  package static let restoreDatabase = Self(.restore, .database)
}

extension LoggedOperation: TextCodable {
  /// Accepts any text: the log may have been written by a version with other operations.
  package init(_ text: String) {
    let word = text.prefix { $0 != " " && $0 != ":" }
    self.text = text
    kind = OperationKind(rawValue: String(word))
    detail = kind.flatMap { OperationDetail(text.dropFirst(word.count), of: $0) }
  }

  package var description: String { text }
}
