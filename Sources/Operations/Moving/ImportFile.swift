// A file of another tool, or of `export`, becomes a checkpoint.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

extension ProjectSession {
  /// - Parameter asksForTrust: asked if the file cannot be restored without rights; it hears why, and whose rights it would have.
  package func importFile(
    _ wanted: ImportRequest,
    asksForTrust: @escaping @Sendable (_ reason: String, _ rights: String) throws -> Bool
  ) throws -> ImportOutcome {
    let file = try DumpFile(wanted.file)
    return try writing(makesStore: true) { opened in
      let session = try ChunkSession(opened.store)
      defer { session.end() }
      let contents = file.kind == .project ? try opened.contents(of: file, session) : nil
      var request = CaptureRequest(name: wanted.name, kind: .custom)
      request.message = wanted.message ?? "imported from \(wanted.file)"
      let hasWorktree = contents?.hasWorktree == true
      request.contents = hasWorktree ? contents : nil
      request.leavesWorktreeOut = !hasWorktree
      request.untrustedFile = wanted.isTrusted ? nil : wanted.file
      // It holds what the file holds, whatever the project has.
      request.leavesDatabasesOut = true
      let created = try opened.logged(LoggedOperation(.import)) {
        let created = try opened.imported(file, contents, wanted, request, asksForTrust)
        return (created, .taken(created))
      }
      let imported = created.manifest.sources.map(\.name)
      let several = contents.flatMap { $0.scripts.count > 1 ? $0.databases : nil } ?? []
      return ImportOutcome(created: created, leftOut: several.filter { !imported.contains($0) })
    }
  }
}

extension OpenProject {
  fileprivate func contents(of file: DumpFile, _ session: ChunkSession) throws -> ImportedProject {
    let patterns = project.includedPatterns
    return try ImportedProject(file, session) { path, permissions in
      permissions & 0o077 == 0 || patterns.contains { $0.matches(path) }
    }
  }

  fileprivate func imported(
    _ file: DumpFile, _ contents: ImportedProject?, _ wanted: ImportRequest, _ request: CaptureRequest,
    _ asksForTrust: @escaping @Sendable (String, String) throws -> Bool
  ) throws -> CreatedCheckpoint {
    if contents?.scripts.isEmpty == true { return try creator([]).create(request) }
    var options = ImportOptions(asksForTrust: asksForTrust)
    let source = try place(for: wanted)
    if let contents {
      guard let script = contents.script(of: source.name) else {
        throw SourceProblem.notInFile(source.name, known: contents.databases)
      }
      options.script = script
    }
    options.leavesOwnersOut = wanted.leavesOwnersOut
    options.leavesPrivilegesOut = wanted.leavesPrivilegesOut
    options.isTrusted = wanted.isTrusted
    return try source.importing(
      file, options, in: store, progress: session.progress,
      note: { session.listener.hear(.importNote($0)) },
      { try creator([$0]).create(request) })
  }

  /// The database whose contents a dump is taken for.
  private func place(for wanted: ImportRequest) throws -> any Importing {
    let found = try recordedSources().compactMap { $0 as? any Importing }
    let names = found.map(\.name)
    if let name = wanted.source {
      guard let source = found.first(where: { $0.name == name }) else {
        throw SourceProblem.unknown(name, holder: "the project", known: names)
      }
      return source
    }
    guard let source = found.first else { throw SourceProblem.nowhereToImport }
    if found.count > 1 { throw SourceProblem.several(holder: "the project", names) }
    return source
  }
}
