// A project whose store is open, under the lock that the operation needs: what `reading`, `writing` and `alone` hand over.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem
import Formatting
import Git

package struct OpenProject {
  package let session: ProjectSession
  package let store: Store
  package let catalog: Catalog

  init(_ session: ProjectSession, _ store: Store) {
    self.session = session
    self.store = store
    catalog = Catalog(store, memory: session.manifests)
  }

  package var project: Project { session.project }
  package var location: RepositoryLocation { project.location }

  /// Git's object database.
  package func objects() throws -> ObjectDatabase { try ObjectDatabase.open(location, files: store.files) }

  /// For one operation: it reads the tags once.
  package func stability() throws -> Stability {
    let tags = ReleaseTags(project.settings)
    return Stability(catalog, tags) { try tags.releases(in: objects()) }
  }

  /// - Parameter stability: the operation's own, if it asks more of it.
  package func select(_ selector: String, by stability: Stability? = nil) throws -> Manifest {
    try catalog.select(selector, stability ?? self.stability()) { try objects().commit(at: $0) }
  }

  /// The working copy as it is now. It is recorded in quarantine and forgotten: nothing is written to the repository.
  func present(excluding patterns: [GlobPattern], _ objects: ObjectDatabase) throws -> CapturedState {
    try StateCapture.run(location, into: objects, policy: project.capturePolicy(excluded: patterns))
  }

  // MARK: Data sources

  /// The sources to record; those that the user leaves out are none.
  package func recordedSources() throws -> [any DataSource] { try session.sources(for: .recording) }

  /// The sources to bring a checkpoint back into.
  /// - Parameter rescue: of an operation that is taken up again: what was there before it.
  package func sources(for target: Manifest, since rescue: Manifest? = nil) throws -> [any DataSource] {
    try session.sources(for: .restoring(target, since: rescue, store))
  }

  // MARK: The domain's own operations

  func creator(_ sources: [any DataSource]) -> CheckpointCreator {
    CheckpointCreator(
      project: project, store: store, sources: sources, clock: session.clock, progress: session.progress,
      toolVersion: session.toolVersion)
  }

  func rollback(_ sources: [any DataSource]) throws -> Rollback {
    try Rollback(
      project: project, store: store, sources: sources, clock: session.clock, progress: session.progress,
      watcher: session.watcher, toolVersion: session.toolVersion)
  }

  func clones(_ sources: [any DataSource]) -> WarmClones {
    WarmClones(store, sources: sources, clock: session.clock, progress: session.progress)
  }

  // MARK: The log

  /// Runs an operation and writes what became of it to the log.
  /// - Parameter kind: of the checkpoint that is to be taken.
  func logged<Result>(
    _ operation: LoggedOperation, of kind: Kind? = nil, _ body: () throws -> (Result, LogNote)
  ) throws -> Result {
    try session.clock.requireUsable()
    let start = MonotonicTime.now
    do {
      let (result, note) = try body()
      append(operation, kind, note, since: start, note.isUnchanged ? .unchanged : .done)
      return result
    } catch {
      log(operation, of: kind, failure: error, since: start)
      throw error
    }
  }

  func log(
    _ operation: LoggedOperation, of kind: Kind? = nil, failure: any Error,
    since start: Double = MonotonicTime.now
  ) {
    append(operation, kind, LogNote(), since: start, .failed(Format.oneLine("\(failure)")))
  }

  /// - Parameter start: in monotonic seconds.
  func log(_ operation: LoggedOperation, of kind: Kind?, about id: CheckpointID?, since start: Double) {
    append(operation, kind, .about(id), since: start, .done)
  }

  private func append(
    _ operation: LoggedOperation, _ kind: Kind?, _ note: LogNote, since start: Double,
    _ outcome: OperationOutcome
  ) {
    OperationsLog(store, of: project).append(
      OperationEntry(
        at: session.clock.now(), operation: operation, checkpoint: note.checkpoint?.description,
        kind: kind, cause: session.cause, seconds: MonotonicTime.now - start, bytesStored: note.bytesStored,
        outcome: outcome))
  }

  /// Reports databases that something restored for a trial left behind. If the server does not answer, there is nothing to
  /// report.
  func reportLeftovers(_ sources: [any DataSource]) {
    var known: Set<String> = []
    for leftover in sources.flatMap({ (try? $0.leftovers(except: nil)) ?? [] }).sorted(by: {
      $0.name < $1.name
    })
    where known.insert(leftover.name).inserted {
      session.listener.hear(.leftover(leftover))
    }
  }
}
