// What going back would do, checked but not begun: for the user to decide on.

import Checkpoints
import FileSystem
import Git

package struct GoBackPlan {
  package let plan: RollbackPlan
  /// Files that lead to another database.
  package let addresses: AddressPlan
  package let remarks: [TargetRemark]
  /// The tag, if the target is a release at which no checkpoint was taken.
  package let tag: String?
  /// What is known of the target beside its manifest; nil if that cannot be read.
  package let notes: Notes?

  /// What becomes of the project's files.
  package struct Files {
    /// Those that git holds; nil for an operation on databases only.
    package var inGit: RestorePlan?
    /// Kept files, by what becomes of each.
    package var kept: [KeptFileStep]
  }

  private let opened: OpenProject

  init(
    _ plan: RollbackPlan, _ addresses: AddressPlan, _ remarks: [TargetRemark], tag: String?,
    _ opened: OpenProject
  ) {
    self.plan = plan
    self.addresses = addresses
    self.remarks = remarks
    self.tag = tag
    self.opened = opened
    notes = try? opened.catalog.notes(plan.target.id)
  }

  package var target: Manifest { plan.target }
  package var operation: OperationKind { plan.journal.operation }

  /// Compares the files with what is there now, which takes a moment.
  package func files() throws -> Files {
    let objects = try opened.objects()
    var present: CapturedState?
    if !plan.journal.scope.isOfDatabasesOnly && plan.state != nil {
      present = try opened.present(excluding: plan.target.excluded.map { GlobPattern($0) }, objects)
    }
    let keptNow = try present.map(keptFiles) ?? []
    var files = Files(inGit: nil, kept: try plan.restorations.keptFiles?.fileSteps(present: keptNow) ?? [])
    if let state = plan.state, let present {
      files.inGit = try plan.files(
        from: present.state, to: state, keptInStore: opened.catalog.filesInStore(plan.target), objects)
    }
    return files
  }

  /// The files beside git that are there now, as a checkpoint would keep them.
  private func keptFiles(in captured: CapturedState) throws -> [BytePath] {
    let keep = FilesToKeep(
      setAside: captured.setAside, ignored: captured.ignored, named: [],
      excluded: opened.project.excludedPatterns)
    return try KeptFiles(opened.project, keep: keep).paths()
  }
}
