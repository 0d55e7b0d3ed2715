// Verifies checkpoints: reads and hashes every stored byte, and compares everything that ties the parts together. That shows
// that nothing rotted, not that a restore works.

import ChunkStore
import FileSystem
import Git
import Glibc
import Synchronization

package struct Verifier {
  private let store: Store
  private let catalog: Catalog
  private let needs: ChunkNeeds
  private let objects: ObjectDatabase
  private let location: RepositoryLocation
  private let sources: [any DataSource]
  private let progress: any ProgressReporter

  /// - Parameter sources: are asked whether what rescues moved aside still exists.
  package init(
    _ store: Store, _ objects: ObjectDatabase, _ location: RepositoryLocation, sources: [any DataSource],
    progress: any ProgressReporter
  ) {
    (self.store, self.objects, self.location) = (store, objects, location)
    (self.sources, self.progress) = (sources, progress)
    catalog = Catalog(store)
    needs = ChunkNeeds(catalog)
  }

  /// Verifies checkpoints; a chunk that several use is read once.
  /// - Parameter subset: the only chunks that are read; nil for all. A part can find damage, but verifies no checkpoint.
  package func verify(
    _ manifests: [Manifest], subset: DataSubset? = nil, now: Timestamp
  ) throws -> VerificationReport {
    var seen: Set<ObjectID> = []
    var problems: [CheckpointID: [String]] = [:]
    var users: [ChunkID: [CheckpointID]] = [:]
    for manifest in manifests {
      try Interruption.check()
      do { problems[manifest.id] = try checkLinks(manifest, &seen) } catch {
        if catalog.exists(manifest.id) { throw error }
        continue
      }
      let (chunks, damage) = try chunks(of: manifest)
      problems[manifest.id, default: []] += damage
      if subset == nil { problems[manifest.id, default: []] += try archiveProblems(of: manifest) }
      for chunk in chunks { users[chunk, default: []].append(manifest.id) }
    }
    if let subset { users = users.filter { subset.contains($0.key) } }
    let (damaged, byteCount) = try readAll(Array(users.keys))
    for (chunk, reason) in damaged {
      for id in users[chunk] ?? [] { problems[id, default: []].append(reason) }
    }
    var isRecorded = true
    for manifest in manifests {
      let found = problems[manifest.id] ?? []
      // Notes that cannot be read are reported, and never overwritten.
      if (try? catalog.notes(manifest.id)) == nil { continue }
      if subset != nil && found.isEmpty { continue }
      do {
        try catalog.updateNotes(manifest.id) { notes in
          notes.verifiedAt = found.isEmpty ? now : notes.verifiedAt
          notes.damage = found.isEmpty ? nil : found
        }
      } catch is DeletedMeanwhile {
        continue
      } catch let error as SystemError where error.isNotWritable || error.isDiskFull {
        // What was found counts even if it cannot be noted.
        isRecorded = false
      }
    }
    return VerificationReport(
      // Those that are deleted meanwhile are none.
      findings: manifests.filter { catalog.exists($0.id) }.map { manifest in
        .init(
          checkpoint: manifest.id.description, problems: problems[manifest.id] ?? [],
          isSpent: (try? catalog.notes(manifest.id))?.isSpent == true)
      },
      chunkCount: users.count, byteCount: byteCount, isRecorded: isRecorded)
  }

  // MARK: Chunks

  /// Every chunk that the checkpoint needs, and problems with documents that list them.
  private func chunks(of manifest: Manifest) throws -> (Set<ChunkID>, [String]) {
    var problems: [String] = []
    var refused: Set<ChunkID> = []
    let needed = needs.chunks(
      of: manifest, acceptsDamaged: true,
      examine: { record, document, lists, _ in
        for stream in document.streams {
          let list = try? lists.list(of: stream)
          if list?.byteCount != stream.byteCount
            || (stream.fingerprint.map { $0 != list?.fingerprint } ?? false)
          {
            problems.append("\(record.name): the chunks of \(stream.name) are not those that were recorded")
          }
        }
      },
      report: { problem in
        switch problem {
        case .notes(let error): problems.append("\(error)")
        case .document(let record, StoreError.documentRefused(let id, let reason)):
          // It must not be read again as an ordinary chunk, because then it could be expanded to a larger size.
          refused.insert(id)
          problems.append("\(record.name): its document cannot be understood: \(reason)")
        // Reading all chunks reports it.
        case .document(_, is StoreError): break
        case .document(let record, _): problems.append("\(record.name): its document cannot be understood")
        }
      })
    return (needed.subtracting(refused), problems + lostDatabases(manifest))
  }

  /// What is wrong with the archive that has its contents.
  private func archiveProblems(of manifest: Manifest) throws -> [String] {
    // Notes that cannot be read are reported elsewhere.
    guard let note = (try? catalog.notes(manifest.id))?.archive else { return [] }
    let activity = "verify the archive of \(manifest.id)"
    progress.update(activity, done: 0, total: nil, unit: .items)
    defer { progress.finish(activity) }
    do {
      try ArchiveCheck(store).check(manifest, note)
      return []
    } catch let error as ArchivingProblem {
      return ["\(error)"]
    } catch let error as SystemError {
      return ["\(error)"]
    }
  }

  /// What a rollback moved aside, and that is gone although nothing else holds it.
  private func lostDatabases(_ manifest: Manifest) -> [String] {
    if (try? catalog.notes(manifest.id))?.isSpent == true { return [] }
    let records = (try? catalog.sources(of: manifest)) ?? manifest.sources
    return records.compactMap { record in
      guard let retained = record.retained, record.document == nil,
        let source = sources.first(where: { $0.name == record.name }) as? any KeepsReplaced,
        (try? source.isHeld(retained)) == false
      else { return nil }
      return "the database \(retained.database), which holds its contents, is gone"
    }
  }

  private func readAll(_ chunks: [ChunkID]) throws -> ([ChunkID: String], Int) {
    let queue = WorkQueue(chunks)
    let damaged = Mutex<[ChunkID: String]>([:])
    let done = Atomic<Int>(0)
    let bytes = Atomic<Int>(0)
    let threads = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    defer { progress.finish("verify") }
    let (store, progress) = (store, progress)
    try Threads.concurrently(
      (0..<threads).map { _ in
        { @Sendable in
          let reader = ChunkReader(store)
          while let chunk = queue.next() {
            do {
              try Interruption.check()
              let count = try reader.withChunk(chunk) { $0.count }
              bytes.add(count, ordering: .relaxed)
            } catch let error as StoreError {
              damaged.withLock { $0[chunk] = "\(error)" }
            }
            progress.update(
              "verify", done: done.add(1, ordering: .relaxed).newValue, total: queue.count, unit: .items)
          }
        }
      })
    return (damaged.withLock { $0 }, bytes.load(ordering: .relaxed))
  }

  // MARK: Git and manifests

  private func checkLinks(_ manifest: Manifest, _ seen: inout Set<ObjectID>) throws -> [String] {
    var problems: [String] = []
    let id = manifest.id
    let digest = "manifest-sha256: \(try catalog.digest(of: id))"
    func check(_ ref: String, _ body: (ObjectID) throws -> Void) {
      do {
        guard let target = try objects.target(of: ref) else {
          problems.append("the ref \(ref) is missing")
          return
        }
        try body(target)
      } catch {
        problems.append("\(ref): \(error)")
      }
    }
    if let tree = manifest.git.stateTree {
      check(id.stateRef) { tag in
        if try objects.tree(of: tag) != tree { problems.append("\(id.stateRef) names another tree") }
        if try !objects.message(ofTag: tag).contains(digest) {
          problems.append("the manifest is not the one whose SHA-256 stands in \(id.stateRef)")
        }
      }
      problems += try checkAll(below: tree, in: objects, &seen)
      do {
        let state = try RecordedState(tree: tree, head: nil, branch: nil, in: objects)
        problems += state.metadata.operationObjects.filter { !objects.exists($0) }
          .map { "the object \($0), which the \(state.metadata.operation ?? "operation") needs, is missing" }
      } catch let error as RefusedState { problems.append("\(error)") } catch is GitError {
        // Reading all objects reports it.
      }
    }
    if let head = manifest.git.head {
      check(id.headRef) { if $0 != head { problems.append("\(id.headRef) names another commit") } }
      do { problems += try checkAll(below: objects.tree(of: head), in: objects, &seen) } catch {
        problems.append("\(error)")
      }
      if manifest.git.headTag != nil {
        // Public ones become private when the settings do not want them any more.
        let ref = try objects.target(of: id.publicTagRef) == nil ? id.tagRef : id.publicTagRef
        check(ref) { tag in
          if objects.commit(at: ref) != head { problems.append("\(ref) names another commit") }
          if try !objects.message(ofTag: tag).contains(digest) {
            problems.append("the manifest is not the one whose SHA-256 stands in \(ref)")
          }
        }
      }
    }
    problems += try checkSubmodules(manifest, &seen)
    if let previous = manifest.previous, catalog.exists(previous.id),
      try catalog.digest(of: previous.id) != previous.sha256, !isLater(previous.id, than: manifest)
    {
      problems.append("the previous checkpoint \(previous.id) is not the one that this one followed")
    }
    return problems
  }

  /// Whether the id was given again, in the second in which its first checkpoint was deleted.
  private func isLater(_ id: CheckpointID, than manifest: Manifest) -> Bool {
    (try? catalog.manifest(id)).map { $0.createdAt >= manifest.createdAt } ?? false
  }

  private func checkSubmodules(_ manifest: Manifest, _ seen: inout Set<ObjectID>) throws -> [String] {
    try (manifest.git.submodules ?? []).flatMap { record -> [String] in
      guard let submodule = try Submodule.open(record.path, in: location, files: SystemFileOperations())
      else {
        return [
          "the submodule \(record.path), which holds recorded work, is not checked out and cannot be looked at"
        ]
      }
      let objects = submodule.objects
      guard try objects.target(of: manifest.id.stateRef) != nil else {
        return ["the ref \(manifest.id.stateRef) is missing in the submodule \(record.path)"]
      }
      var found = try checkAll(below: record.stateTree, in: objects, &seen)
      if let head = record.head, !objects.exists(head) { found.append("the commit \(head) is missing") }
      return found.map { "\(record.path): \($0)" }
    }
  }

  private func checkAll(
    below tree: ObjectID, in objects: ObjectDatabase, _ seen: inout Set<ObjectID>
  ) throws -> [String] {
    var found = ObjectProblems()
    checkObjects(below: tree, in: objects, &seen, &found)
    // In a partial clone, what was never fetched is not damage as long as git knows where to fetch it.
    let isExcused = try !found.missing.isEmpty && objects.canFetchWhatIsMissing(below: tree)
    return found.damaged + (isExcused ? [] : found.missing)
  }

  private struct ObjectProblems {
    var damaged: [String] = []
    var missing: [String] = []

    mutating func note(_ error: any Error, _ name: String) {
      let text = name.isEmpty ? "\(error)" : "\(name): \(error)"
      if (error as? GitError)?.isNotFound == true { missing.append(text) } else { damaged.append(text) }
    }
  }

  /// Reads every object below a tree, which checks its hash. Objects that several checkpoints share are read once.
  private func checkObjects(
    below tree: ObjectID, in objects: ObjectDatabase, _ seen: inout Set<ObjectID>,
    _ found: inout ObjectProblems
  ) {
    guard seen.insert(tree).inserted else { return }
    do {
      for (name, entry) in try objects.entries(of: tree) {
        switch entry.mode {
        case .directory: checkObjects(below: entry.id, in: objects, &seen, &found)
        case .submodule: break
        case .regular, .executable, .symbolicLink:
          guard seen.insert(entry.id).inserted else { continue }
          do { try objects.check(entry.id) } catch { found.note(error, "\(name)") }
        }
      }
    } catch { found.note(error, "") }
  }

  /// Checkpoints that have refs but no manifest.
  package func missingManifests() throws -> [VerificationReport.Finding] {
    try CheckpointRefs.withoutManifest(objects, store).map {
      .init(checkpoint: $0.description, problems: ["its manifest is gone"])
    }
  }
}
