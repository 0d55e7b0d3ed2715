// Which checkpoint, or release tag, a user means to go back to. Nothing is recorded here.

import Checkpoints
import Git

struct ChosenTarget {
  enum Place {
    case checkpoint(Manifest)
    case release(Release)
  }

  let place: Place
  let remarks: [TargetRemark]

  private init(_ place: Place, _ remarks: [TargetRemark] = []) {
    self.place = place
    self.remarks = remarks
  }

  init(_ target: GoBackRequest.Target, in opened: OpenProject) throws {
    switch target {
    case .checkpoint(let manifest): self.init(.checkpoint(manifest))
    case .selected(let selector): self = try Self.selected(selector, opened)
    case .usual: self = try Self.usual(opened)
    case .replaced: self = try Self.replaced(opened)
    }
  }

  private static func selected(_ selector: String, _ opened: OpenProject) throws -> ChosenTarget {
    do {
      let manifest = try opened.select(selector)
      return ChosenTarget(.checkpoint(manifest), manifest.kind == .release ? [.ofGit(manifest.id)] : [])
    } catch SelectorProblem.unknown(let text, let near) {
      let release = try release(selector, SelectorProblem.unknown(text, near: near), opened)
      return ChosenTarget(.release(release), [.release(tag: release.tag)])
    }
  }

  private static func usual(_ opened: OpenProject) throws -> ChosenTarget {
    let stability = try opened.stability()
    do {
      let manifest = try opened.select("last-stable", by: stability)
      return ChosenTarget(
        .checkpoint(manifest), [.lastStable(manifest.id, reason: try stability.reason(of: manifest))])
    } catch SelectorProblem.noStable {
      return ChosenTarget(.checkpoint(try opened.select("latest", by: stability)), [.noneStable])
    }
  }

  private static func replaced(_ opened: OpenProject) throws -> ChosenTarget {
    let rescue = try opened.catalog.newest { manifest in
      try manifest.kind == .rescue && manifest.worktree == opened.location.worktreeName
        && opened.catalog.notes(manifest.id).isSpent != true
    }
    guard let rescue else { throw GoBackProblem.nothingToUndo }
    return ChosenTarget(.checkpoint(rescue))
  }

  private static func release(
    _ selector: String, _ problem: SelectorProblem, _ opened: OpenProject
  ) throws -> Release {
    let (objects, tags) = (try opened.objects(), ReleaseTags(opened.project.settings))
    if let release = tags.release(of: selector, in: objects) { return release }
    if objects.commit(at: selector) == nil { throw problem }
    throw NoRelease(problem: problem, patterns: tags.patterns)
  }
}
