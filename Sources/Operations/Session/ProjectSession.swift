// One project with everything that an operation on it needs: what is worked on, with what settings and environment, who hears
// of it, and what ends it early. The command line makes one for each command; a server would make one for each request.

import Checkpoints
import ChunkStore
import DataSources
import FileSystem

package struct ProjectSession: Sendable {
  package let project: Project
  /// What the user said of the data sources, on top of the settings.
  package var choice = SourceChoice()
  package var clock: any Clock = SystemClock()
  /// Hears how far the operation is.
  package var progress: any ProgressReporter
  /// Hears what the user should know meanwhile.
  package var listener: any SessionListener
  /// Hears of the project's own commands, while they run.
  package var watcher: any ServiceWatcher
  /// Starts the work that can wait until the user has their prompt back.
  package var background: any BackgroundStarter
  /// What makes the operation run.
  package var cause = OperationCause.hand
  /// Ends the operation early.
  package var interruption = Interruption.ofProcess
  /// Whether it reports what went wrong in the background since the last command. Each failure is reported once.
  package var reportsFailures = true
  /// Notices that are sent when the operation holds no lock any more.
  package let notices = NoticeQueue()
  /// What it has read of the catalog.
  let manifests = ManifestMemory()
  /// The program's version, which checkpoints record.
  package let toolVersion: String

  package init(
    _ project: Project, progress: any ProgressReporter, listener: any SessionListener,
    watcher: any ServiceWatcher, background: any BackgroundStarter, toolVersion: String
  ) {
    self.project = project
    self.progress = progress
    self.listener = listener
    self.watcher = watcher
    self.background = background
    self.toolVersion = toolVersion
  }

  /// Notifies the user of what happens by itself.
  package func notifier(_ store: Store?) -> Notifier {
    Notifier(project, store, isTrusted: (try? isTrusted) ?? false, clock: clock, cause: cause)
  }

  package var worktree: BytePath { project.location.worktree }
  package var environment: [String: String] { project.environment }
}
