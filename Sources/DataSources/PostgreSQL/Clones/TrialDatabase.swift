// A checkpoint's database restored for a trial: under a name of ours next to the live one, compared in full, then open to
// programs until it is dropped. While it is needed, a connection with its token stays open, which shows other processes that
// it is not abandoned.

import Checkpoints
import ChunkStore
import FileSystem

extension PostgreSQLSource {
  package func openScratch(
    of record: SourceRecord, in store: Store, progress: any ProgressReporter
  ) throws -> ScratchAttempt {
    let (start, token) = (MonotonicTime.now, newToken())
    var dropping: (() -> Void)?
    do {
      let document = try DatabaseDocument(of: record, in: store)
      if document.selection?.rowsOf != nil {
        return .impossible("it holds only the rows of a part, which are no database")
      }
      let access = try ServerAccess(named(for: token))
      do { try access.checkCanCreate() } catch {
        return .impossible("\(error); a superuser can allow it: ALTER ROLE … CREATEDB")
      }
      let clone = DatabaseClone(document, access, context(store, token, progress))
      dropping = { Interruption.shielded { try? access.drop(clone.buildingName) } }
      try access.check(binding: document)
      try access.checkProvides(document, for: DatabaseRequest())
      let outcome = try clone.build()
      let restored = MonotonicTime.now
      try clone.compareDefinitions(outcome)
      return .open(
        TrialDatabase(
          clone.buildingName, document, access, restoreSeconds: restored - start,
          compareSeconds: MonotonicTime.now - restored,
          canBeCloned: try document.isDatabase && Self.cloneObstacle(document, store, access) == nil))
    } catch {
      let cause = error
      dropping?()
      try Interruption.check()
      if cause is Interrupted { throw cause }
      if let problems = Self.problems(in: cause) {
        return .failed(problems, seconds: MonotonicTime.now - start)
      }
      return .impossible("\(cause)")
    }
  }
}

final class TrialDatabase: ScratchDatabase {
  let database: String
  let restoreSeconds: Double
  let compareSeconds: Double
  let liveByteCount: Int?
  let limits: [String]
  let canBeCloned: Bool
  private let access: ServerAccess
  private let names: DatabaseVariables

  init(
    _ database: String, _ document: DatabaseDocument, _ access: ServerAccess, restoreSeconds: Double,
    compareSeconds: Double, canBeCloned: Bool
  ) {
    (self.database, self.access) = (database, access)
    (self.restoreSeconds, self.compareSeconds) = (restoreSeconds, compareSeconds)
    liveByteCount = access.liveOID == nil ? nil : try? access.byteCount(of: access.live)
    limits = Self.limits(document.selection)
    self.canBeCloned = canBeCloned
    names = DatabaseVariables(located: access.source.located, live: access.live, other: database)
  }

  private static func limits(_ selection: DatabaseSelection?) -> [String] {
    guard let selection else { return [] }
    var limits: [String] = []
    if !selection.schemas.isEmpty {
      limits.append(
        "the checkpoint holds only the schemas \(selection.schemas.joined(separator: ", ")); a rollback replaces "
          + "them in place, in one transaction, which takes its own time")
    }
    if !selection.excludedTables.isEmpty {
      limits.append("excludeTable: \(selection.excludedTables.joined(separator: ", ")) do not come back")
    }
    if !selection.excludedRows.isEmpty {
      limits.append(
        "excludeTableData: the rows of \(selection.excludedRows.joined(separator: ", ")) do not come back")
    }
    return limits
  }

  var unreachable: String? {
    // libpq prefers the service to the variables.
    let isService = names.located.environment["PGSERVICE"]?.isEmpty == false
    return names.located.text == nil && isService
      ? "PGSERVICE leads programs to the live database, whatever other variables say" : nil
  }

  func variables(replacing environment: [String: String]) -> [String: String] {
    names.variables(replacing: environment)
  }

  func masking(_ text: String) -> String {
    let values = names.located.parameters.values
    let secrets = [values["password"], values["sslpassword"], names.located.environment["PGPASSWORD"]]
    return secrets.compactMap { $0 }.reduce(text) { text, secret in
      secret.isEmpty ? text : text.substituting(secret, with: "[redacted]")
    }
  }

  func redirecting(_ file: [UInt8]) -> [UInt8]? { names.redirecting(file) }

  func close() throws { try Interruption.shielded { try access.drop(database) } }
}
