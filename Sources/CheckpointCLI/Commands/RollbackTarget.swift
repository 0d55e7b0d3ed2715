// Where `checkpoint rollback` goes: to a checkpoint, or, where none was taken, to a release tag's commit; and what
// people are told about that choice. Nothing is recorded here.

import Checkpoints
import ChunkStore
import FileSystem

enum RollbackTarget {
  case checkpoint(Manifest)
  case release(Release)

  private static let rest = "the database and files outside git stay as they are"

  /// - Parameter selector: nil for the default: the last stable checkpoint, else the latest.
  /// - Returns: also what is to be said of it.
  static func find(
    _ selector: String?, _ workspace: Workspace, _ store: Store
  ) throws -> (target: RollbackTarget, remarks: [String]) {
    guard let selector else {
      let (manifest, remark) = try byDefault(workspace, store)
      return (.checkpoint(manifest), [remark])
    }
    do {
      let manifest = try workspace.select(selector, store)
      let remarks = manifest.kind == .release ? ["\(manifest.id) is of git alone: \(rest)"] : []
      return (.checkpoint(manifest), remarks)
    } catch SelectorProblem.unknown(let text, let near) {
      let release = try release(selector, SelectorProblem.unknown(text, near: near), workspace)
      let said = "no checkpoint was taken at \(BytePath(release.tag)): git alone is restored; \(rest)"
      return (.release(release), [said])
    }
  }

  private static func byDefault(_ workspace: Workspace, _ store: Store) throws -> (Manifest, String) {
    let stability = try workspace.stability(store)
    do {
      let manifest = try workspace.select("last-stable", store, by: stability)
      let reason = try stability.reason(of: manifest).map { ", stable: \($0)" } ?? ""
      return (manifest, "the last stable checkpoint is \(manifest.id)\(reason)")
    } catch SelectorProblem.noStable {
      return (
        try workspace.select("latest", store, by: stability),
        "no checkpoint is stable yet, so this goes to the latest one"
      )
    }
  }

  /// - Throws: the problem, where the selector is no release tag.
  private static func release(
    _ selector: String, _ problem: SelectorProblem, _ workspace: Workspace
  ) throws -> Release {
    let (objects, tags) = (try workspace.objects(), ReleaseTags(workspace.project.settings))
    if let release = tags.release(of: selector, in: objects) { return release }
    guard objects.commit(at: selector) != nil else { throw problem }
    var diagnostic = Diagnostic(problem)
    let patterns = tags.patterns.isEmpty ? "none now" : "now \(tags.patterns.joined(separator: " "))"
    diagnostic.hints.append(
      "a release tag (checkpoint.releaseTag, \(patterns)) would be restored without a checkpoint, git alone")
    throw diagnostic
  }
}
