// The user's crontab, read and replaced by the program crontab: it checks what it gets, and knows who may have one.

import FileSystem

package struct Crontab {
  private static let attempts = 5
  /// Seconds.
  private static let limit: Double = 30

  private let environment: [String: String]
  private let store: BytePath

  package init(environment: [String: String], store: BytePath) {
    self.environment = environment.merging(["LC_ALL": "C"]) { $1 }
    self.store = store
  }

  /// - Throws: `ScheduleProblem` if there is no program, or the user may have no crontab.
  package func read() throws -> CronText { CronText(try bytes(), store: store) }

  private func bytes() throws -> [UInt8] {
    do { return try run(["crontab", "-l"], input: []) } catch let error as SubprocessError {
      if error.reason == .failed(status: 1), error.message.hasPrefix("no crontab for") { return [] }
      throw Self.problem(error)
    }
  }

  /// Puts lines between those of the user, or takes ours away.
  /// - Parameters:
  ///   - inner: nil for none.
  ///   - replacesEdited: whether a block may be replaced that the user has edited.
  /// - Returns: whether something has changed.
  package func set(_ inner: [[UInt8]]?, replacesEdited: Bool) throws -> Bool {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    for _ in 0..<Self.attempts {
      let before = try bytes()
      var text = CronText(before, store: store)
      if text.isEdited && !replacesEdited {
        throw ScheduleProblem.edited(place: "the crontab's block for this project")
      }
      text.replaceBlock(by: inner)
      if text.bytes == before { return false }
      // Another program, or an editor, may have written it since.
      guard try bytes() == before else { continue }
      do { _ = try run(["crontab", "-"], input: text.bytes) } catch let error as SubprocessError {
        throw Self.problem(error)
      }
      if try bytes() == text.bytes { return true }
    }
    throw ScheduleProblem.unsteady
  }

  /// Several projects of a user may be installed at once. Without a home there is none.
  private func lock() throws -> FileLock? {
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    let directory = BytePath(
      environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.cache"
    )
    .appending("checkpoint")
    do { try FileTree.makeDirectories(directory, mode: 0o700) } catch { return nil }
    guard
      let lock = try FileLock.acquire(directory.appending("crontab.lock"), .exclusive, waiting: Self.limit)
    else {
      throw ScheduleProblem.unsteady
    }
    return lock
  }

  private func run(_ words: [BytePath], input: [UInt8]) throws -> [UInt8] {
    var program = Subprocess(words, limit: Self.limit)
    program.environment = environment
    return try program.output(input: input)
  }

  private static func problem(_ error: SubprocessError) -> ScheduleProblem {
    if error.reason == .notFound { return .missing(program: "crontab") }
    return .refused(program: "crontab", error.message.isEmpty ? "\(error)" : error.message)
  }
}
