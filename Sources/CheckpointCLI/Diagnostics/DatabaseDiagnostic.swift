// What to do about what a server, or the way to it, refused.

import Postgres

extension Diagnostic {
  static func database(_ error: DatabaseError) -> Diagnostic {
    var hints = error.hint.map { [$0] } ?? []
    if let failure = error.connectFailure {
      hints += failure.hints
      hints.append("without the database: --no-database")
    }
    if error.phase == .checkingVersion { hints.append("without the database: --no-database") }
    if error.isMissingDatabase {
      hints.append("if it was dropped: checkpoint rollback SELECTOR makes it anew")
    }
    hints += ownership(error.message)
    if error.isConstraintViolation {
      hints.append("the recorded rows do not satisfy a constraint of today; nothing was changed")
    }
    if error.isPermission { hints.append("the database user needs the right to do this") }
    return Diagnostic(error.description, hints: hints)
  }
}
