// Going back to a release tag at whose commit no checkpoint was taken: only git's state comes back. Journal, rescue and undo
// need a checkpoint, so the commit is recorded as one first, of a kind of its own, without any source. Until the user has
// agreed to the plan, that record exists in quarantine only.

import FileSystem
import Git

struct ReleaseRecorder {
  private let context: RollbackContext

  init(_ context: RollbackContext) { self.context = context }

  /// What `record` is going to record, to plan with. Only this context's objects hold it: nothing is written to the repository.
  func preview(_ release: Release) throws -> Manifest {
    let (name, now) = (try CheckpointName(releaseTag: release.tag), context.clock.now())
    let recorded = try CommitState(release.commit, context.location, context.objects)
    return Manifest(
      id: CheckpointID(name: name, at: now, number: 1), name: name.description, kind: .release,
      createdAt: now, toolVersion: context.creator.toolVersion, git: recorded.record, sources: [],
      excluded: [], sizes: .init(), durations: [:])
  }

  /// Records the release's commit as a checkpoint without sources.
  func record(_ release: Release) throws -> Manifest {
    var request = CaptureRequest(
      name: try CheckpointName(releaseTag: release.tag), kind: .release,
      message: "git only, as \(BytePath(release.tag)) has it: no checkpoint was taken there")
    request.commit = release.commit
    return try context.creator.create(request, sources: []).manifest
  }
}

extension CheckpointName {
  /// The name of a release's record: what a tag may have and a name may not becomes a dash.
  init(releaseTag tag: String) throws(CheckpointName.Invalid) {
    let isAllowed = { (byte: UInt8) in (try? CheckpointName("a\(Character(Unicode.Scalar(byte)))a")) != nil }
    let plain = tag.utf8.prefix(90).map { isAllowed($0) ? Character(Unicode.Scalar($0)) : "-" }
    var name = "release-" + String(plain)
    // Only what was cut off can leave such an end.
    while let end = [".lock", "."].first(where: name.hasSuffix) { name.removeLast(end.count) }
    try self.init(name)
  }
}
