// Something outside a part that is bound to it: a foreign key of another table, a place in a publication.

import Postgres

struct Attachment {
  /// The statement that removes it; nil if it is dropped with the part.
  var off: String?
  /// The statement that puts it back.
  var on: String
  var comment: String?
  /// How rows already violated it before anything was replaced, so that it cannot hold afterwards either.
  private var breach: DatabaseError?

  init(off: String?, on: String, comment: String? = nil) {
    (self.off, self.on, self.comment) = (off, on, comment)
  }

  /// - Parameter isTrying: whether to check first if the present rows violate it.
  mutating func takeOff(_ connection: Connection, isTrying: Bool) throws {
    guard let off else { return }
    if isTrying {
      do {
        try connection.attempt(isInTransaction: true) {
          try connection.execute(off)
          try connection.execute(script: Array(on.utf8))
        }
      } catch let error as DatabaseError where error.isForeignKeyViolation { breach = error }
    }
    try connection.execute(off)
  }

  /// - Returns: a remark if it is NOT VALID now.
  func putBack(_ connection: Connection) throws -> String? {
    var note: String?
    if let breach {
      let entry = ["ALTER TABLE ", " ADD CONSTRAINT "].map { on.firstRange(of: $0) }
      guard let start = entry[0]?.upperBound, let addition = entry[1] else { throw breach }
      let partitions = try UncheckedForeignKey.add(
        to: Array(on[start..<addition.lowerBound].utf8), Array(on[addition.lowerBound...].utf8),
        on: connection,
        protected: true)
      note = UncheckedForeignKey.remark(breach, partitions)
    } else {
      try connection.execute(script: Array(on.utf8))
    }
    if let comment { try connection.execute(script: Array(comment.utf8)) }
    return note
  }
}
