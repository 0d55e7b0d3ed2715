// Warm clones: the databases that a rollback renames into place. Whoever makes or drops them does so alone.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Glibc

extension ProjectSession {
  /// Makes the warm clones of a checkpoint.
  /// - Parameter decide: asked before a database that others may have written is restored.
  /// - Returns: the clones that were made; none if the checkpoint was warm already.
  package func warm(
    _ selector: String, decide: (UnvouchedFile) throws -> Void
  ) throws -> (target: CheckpointID, made: [WarmClone]) {
    let (target, isWarm) = try looking { opened in
      let target = try opened.select(selector)
      return (target, try opened.awaitWorker(orUntilWarm: target))
    }
    if isWarm { return (target.id, []) }
    return try changingClones { opened in
      if let file = target.unvouched { try decide(file) }
      let contents = try opened.unpack([target])
      defer { withExtendedLifetime(contents) {} }
      let sources = try opened.sources(for: target)
      let made = try opened.logged(LoggedOperation(.warm)) {
        let limit = try WarmPolicy(project.settings).copyLimit
        return (try opened.clones(sources).make(target, within: nil, copyLimit: limit), .about(target.id))
      }
      opened.reportLeftovers(sources)
      return (target.id, made)
    }
  }

  /// The clones that checkpoints of this store have, and the names of others on the server: another store's, or one that
  /// another program has opened.
  package func warmClones() throws -> (clones: [WarmClones.Entry], strays: [String]) {
    try reading { opened in
      let sources = try opened.recordedSources()
      let clones = try opened.clones(sources).list()
      return (clones, try Self.strays(sources, besides: clones).map(\.name))
    }
  }

  package enum CloneChoice: Sendable {
    case all
    /// A checkpoint, or the name of a clone on the server.
    case named(String)
  }

  /// - Parameter decide: asked before a clone is dropped that no checkpoint of this store names.
  /// - Returns: the names of those that were dropped, and of those that stay because another program has opened them; nil if
  ///   `decide` says no.
  package func dropClones(
    _ choice: CloneChoice, decide: (String) throws -> Bool
  ) throws -> (dropped: [String], left: [String])? {
    try changingClones { opened in
      let sources = try opened.recordedSources()
      let clones = opened.clones(sources)
      let known = try clones.list()
      if case .named(let name) = choice {
        if let stray = try Self.strays(sources, besides: known).first(where: { $0.name == name }) {
          guard try decide(name) else { return nil }
          try stray.source.dropClone(named: name)
          return ([name], [])
        }
        return try clones.drop(opened.select(name).id)
      }
      return try Set(known.map(\.checkpoint)).sorted().reduce(into: ([], [])) { all, id in
        let result = try clones.drop(id)
        all.dropped += result.dropped
        all.left += result.left
      }
    }
  }

  private static func strays(
    _ sources: [any DataSource], besides known: [WarmClones.Entry]
  ) throws -> [(name: String, source: any Clonable)] {
    let names = Set(known.map(\.clone.database))
    return try sources.compactMap { $0 as? any Clonable }.flatMap { source in
      try source.cloneNames().filter { !names.contains($0) }.map { ($0, source) }
    }
  }

  /// Two that make or drop clones at once would make one too many. The background worker is asked to end, and begins again later.
  private func changingClones<Result>(_ body: (OpenProject) throws -> Result) throws -> Result {
    try writing { opened in
      let wasWorking = try WorkerLock.stop(in: opened.store, waiting: Self.workerPatience)
      defer { if wasWorking { startWorker(opened.store) } }
      return try opened.asWorker { try body(opened) }
    }
  }
}

extension OpenProject {
  /// Microseconds between two looks at the background worker.
  private static let pause: UInt32 = 100_000

  fileprivate func asWorker<Result>(_ body: () throws -> Result) throws -> Result {
    guard let worker = try WorkerLock.acquire(.worker, store, at: session.clock.now()) else {
      throw StoreError.busy(store.root)
    }
    return try withExtendedLifetime(worker) { try body() }
  }

  /// The background worker may be making the very clone, as it does after a stage's checkpoint, or be about to. Ended early, its
  /// work would be lost, so it is waited for until the checkpoint is warm, or the worker has ended.
  /// - Returns: whether the checkpoint is warm.
  fileprivate func awaitWorker(orUntilWarm target: Manifest) throws -> Bool {
    var job: String?
    while let state = try WorkerLock.running(.worker, in: store) {
      if state.job != job {
        // A server that does not answer is the worker's concern, and then the command's own.
        let found = try? session.find(for: .restoring(target, since: nil, store))
        if let found, (try? clones(found.map(\.source)).isWarm(target)) == true { return true }
        session.listener.hear(.waiting(for: .worker(job: state.job)))
        job = state.job
      }
      try Interruption.check()
      usleep(Self.pause)
    }
    return false
  }
}
