// Kept files keep what every source promises, although they follow git.

import ChunkStore
import FileSystem
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

/// They are no source: their last step comes when git's files are in place, here at once.
private struct KeptFilesAsSource: DataSource {
  let files: KeptFiles

  let name = SourceRecord.typeOfKeptFiles
  let type = SourceRecord.typeOfKeptFiles
  let label = "kept files"

  func outlook() throws -> SourceOutlook {
    SourceOutlook(label: label, server: nil, byteCount: 0, limits: [])
  }

  func openSnapshot() throws -> any DataSourceSnapshot { Snapshot(files: try files.snapshot()) }

  func restoration(of record: SourceRecord, context: RestoreContext) throws -> any SourceRestoration {
    let scope = KeptFilesScope(removesOthers: true)
    return Restoration(steps: try files.restoration(of: record, context, scope))
  }

  private struct Snapshot: DataSourceSnapshot {
    var files: KeptFilesSnapshot

    func capture(into session: ChunkSession, progress: any ProgressReporter) throws -> SourceRecord {
      try files.capture(into: session)
    }
  }

  private struct Restoration: SourceRestoration {
    var steps: KeptFilesRestoration

    var summary: String { steps.summary }
    var rescueRecord: SourceRecord? { steps.rescueRecord }
    var warnings: [String] { steps.warnings }
    func stage() throws -> RestoreState { try steps.stage() }

    func activate(_ state: RestoreState, rescue: SourceRecord?) throws {
      try steps.activate(state, rescue: rescue)
      try steps.complete(rescue: rescue, isReverting: false)
    }

    func revert(_ state: RestoreState?, rescue: SourceRecord?) throws -> [String] {
      let notes = try steps.revert(state, rescue: rescue)
      try steps.complete(rescue: rescue, isReverting: true)
      return notes
    }

    func finish(_ state: RestoreState) throws -> [String] { try steps.finish(state) }
  }
}

private struct KeptFilesSubject: ContractSubject {
  private static let names: [BytePath] = [".env", "config/local.json", ".env.link", "deep/er/.env.test"]

  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  var source: any DataSource {
    let keep = FilesToKeep(setAside: [], ignored: Self.names, named: [], excluded: [])
    let patterns = [".env*", "config/*"].map { GlobPattern($0) }
    return KeptFilesAsSource(files: KeptFiles(worktree: directory.path, patterns: patterns, keep: keep))
  }

  func change(_ number: Int) throws {
    try clear()
    try directory.write(".env", Array("A=\(number)\n".utf8), permissions: number == 1 ? 0o600 : 0o640)
    if number == 1 {
      try directory.write("config/local.json", Array("{}\n".utf8))
      try FileTree.makeLink(directory.appending(".env.link"), to: ".env")
    } else {
      try directory.write("deep/er/.env.test", Array(repeating: 0x41, count: 200_000))
    }
  }

  func clear() throws { for name in Self.names { try FileTree.remove(directory.appending(name)) } }

  func picture() throws -> String {
    try Self.names.map { name in
      let path = directory.appending(name)
      guard let status = try FileTree.status(path) else { return "\(name): none" }
      let text =
        status.kind == .symbolicLink
        ? "-> \(try FileTree.readLink(path))" : "\(try FileTree.readAll(path).hashValue)"
      return "\(name): \(status.kind) \(String(status.permissions, radix: 8)) \(text)"
    }.joined(separator: "\n")
  }

  /// A file that cannot be read is named, and restoring leaves it alone.
  func obstruct() throws -> (() throws -> Void)? {
    if geteuid() == 0 { return nil }
    let file = directory.appending(".env")
    try FileTree.setPermissions(file, 0)
    return { try FileTree.setPermissions(file, 0o600) }
  }
}

@Suite("Kept files and the contract of sources")
struct KeptFilesContractTests {
  @Test("they keep what every source promises", arguments: SourcePromise.allCases)
  func contract(promise: SourcePromise) throws {
    try SourceContract(KeptFilesSubject()).check(promise)
  }
}
