// What to do if a server refused something, or cannot be reached.

import Checkpoints
import DataSources
import Postgres

extension DatabaseError: ExplainedError {
  var diagnostic: Diagnostic {
    var hints = hint.map { [$0] } ?? []
    if let failure = connectFailure {
      hints += failure.hints
      hints.append("without the database: --no-database")
    }
    if phase == .checkingVersion { hints.append("without the database: --no-database") }
    if isMissingDatabase {
      hints.append("if it was dropped: checkpoint rollback SELECTOR makes it anew")
    }
    hints += Diagnostic.ownership(message)
    if isConstraintViolation {
      hints.append("the recorded rows do not satisfy a constraint of today; nothing was changed")
    }
    if isPermission { hints.append("the database user needs the right to do this") }
    return Diagnostic(description, hints: hints)
  }
}

extension ClientPrograms.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    guard case .missing(_, let major, _) = self else { return Diagnostic("\(self)") }
    return Diagnostic(
      "\(self)",
      hints: [
        "apt-get install postgresql-client-\(major) (apt.postgresql.org has those that Debian has not)",
        "for a server in a container: git config checkpoint.database.clientPrefix \"docker exec -i CONTAINER\"",
      ])
  }
}

extension WarmClones.Problem: ExplainedError {
  var diagnostic: Diagnostic {
    switch self {
    case .tooLarge, .noRoom:
      Diagnostic(
        "\(self)",
        hints: ["git config checkpoint.warmSizeLimit SIZE, checkpoint.warmFreeSpace SIZE, or make room"])
    case .noDatabase, .notClonable, .part, .notConfigured: Diagnostic("\(self)")
    }
  }
}

extension Diagnostic {
  /// For objects of a role that the user may not act for; the words changed in 16.
  static func ownership(_ message: String) -> [String] {
    ["must be member of role", "must be able to SET ROLE"].contains(where: message.contains)
      ? ["let everything belong to you: --no-owner (of restore database and import)"] : []
  }
}
