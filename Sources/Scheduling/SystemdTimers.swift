// The timers of a project, in the files of the user's systemd or of the system's.

import Checkpoints
import FileSystem

package struct SystemdTimers {
  /// Seconds that systemctl may take.
  private static let limit: Double = 30

  private let isOfSystem: Bool
  private let environment: [String: String]
  private let label: String
  private let directory: BytePath

  package init(isOfSystem: Bool, environment: [String: String], label: String) {
    (self.isOfSystem, self.environment, self.label) = (isOfSystem, environment, label)
    let own = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? BytePath($0) : nil }
    let home = BytePath(environment["HOME"] ?? "/").appending(".config")
    directory = isOfSystem ? "/etc/systemd/system" : (own ?? home).appending("systemd/user")
  }

  package static func units(_ plan: SchedulePlan, user: UInt32?) -> [SystemdUnit] {
    plan.entries.flatMap { entry in
      SystemdUnit.Role.allCases.map { SystemdUnit(plan, entry, $0, user: user) }
    }
  }

  /// The files of the project's units.
  package func files() throws -> [BytePath] {
    guard FileTree.exists(directory) else { return [] }
    return try FileTree.list(directory).filter { $0.bytes.starts(with: SystemdUnit.stem(label).utf8) }
      .map(directory.appending)
  }

  /// Those that the user has changed.
  package func edited() throws -> [BytePath] {
    try files().filter { try SystemdUnit.isUnchanged(FileTree.readAll($0)) == false }
  }

  /// Writes these units, and then removes others of the project.
  /// - Throws: `ScheduleProblem`. If systemd refuses them, the files are as they were.
  package func install(_ units: [SystemdUnit], replacesEdited: Bool) throws {
    try require(replacesEdited)
    // That there is a manager to talk to is seen before anything is written.
    try systemctl(["daemon-reload"])
    let before = try files().map { ($0, try FileTree.readAll($0)) }
    let wanted = Set(units.map { directory.appending($0.name) })
    try FileTree.makeDirectories(directory, mode: 0o755)
    do {
      for unit in units { try write(unit.bytes, to: directory.appending(unit.name)) }
      try systemctl(["daemon-reload"])
      let timers = units.map(\.name).filter { $0.hasSuffix(".timer") }
      try systemctl(["enable", "--now"] + timers.map { BytePath($0) })
    } catch {
      for file in wanted { try? FileTree.remove(file) }
      for (file, bytes) in before { try? write(bytes, to: file) }
      try? systemctl(["daemon-reload"])
      throw error
    }
    try drop(before.map(\.0).filter { !wanted.contains($0) })
  }

  private func write(_ bytes: [UInt8], to file: BytePath) throws {
    try SystemFileOperations().replaceFile(file, with: bytes, mode: 0o644)
  }

  /// - Returns: whether there was anything.
  package func remove(evenEdited: Bool) throws -> Bool {
    let present = try files()
    if present.isEmpty { return false }
    try require(evenEdited)
    try drop(present)
    try systemctl(["daemon-reload"])
    return true
  }

  private func drop(_ files: [BytePath]) throws {
    let timers = files.map(\.lastComponent).filter { $0.description.hasSuffix(".timer") }
    if !timers.isEmpty { try systemctl(["disable", "--now"] + timers) }
    for file in files { try FileTree.remove(file) }
  }

  private func require(_ replacesEdited: Bool) throws {
    if !replacesEdited, let file = try edited().first { throw ScheduleProblem.edited(place: "\(file)") }
  }

  private func systemctl(_ words: [BytePath]) throws {
    var program = Subprocess(
      ["systemctl"] + (isOfSystem ? [] : ["--user"]) + words, limit: Self.limit, label: "systemctl")
    program.environment = environment
    do { try program.output() } catch let error as SubprocessError {
      if error.reason == .notFound { throw ScheduleProblem.missing(program: "systemctl") }
      throw ScheduleProblem.refused(program: "systemctl", error.message.isEmpty ? "\(error)" : error.message)
    }
  }
}
