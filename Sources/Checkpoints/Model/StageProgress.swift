// How far a stage was when a checkpoint was taken, by the checkboxes of its progress.md.

package struct StageProgress: Codable, Sendable, Hashable {
  package struct Part: Codable, Sendable, Hashable {
    /// A phase, or another heading of the file.
    package var title: String
    package var done: Int
    package var open: Int

    package init(title: String, done: Int, open: Int) {
      (self.title, self.done, self.open) = (title, done, open)
    }
  }

  /// The whole name of the stage. For other kinds of checkpoints it is the stage that was under way.
  package var stage: String?
  /// In the order of the file; headings without a checkbox are left out.
  package var parts: [Part]

  package init(parts: [Part], stage: String? = nil) { (self.parts, self.stage) = (parts, stage) }

  package var done: Int { parts.reduce(0) { $0 + $1.done } }
  package var open: Int { parts.reduce(0) { $0 + $1.open } }
}
