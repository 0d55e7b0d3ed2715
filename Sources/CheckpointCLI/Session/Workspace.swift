// What commands share: a session for the project that they are started in, the terminal, and the words of the command line.

import Checkpoints
import DataSources
import FileSystem
import Operations

struct Workspace {
  private(set) var session: ProjectSession
  let console: Console
  let invocation: Invocation

  init(_ invocation: Invocation) throws {
    let project = try Project.find(
      from: FileTree.currentDirectory(), environment: ProcessEnvironment.variables, .all)
    self.init(invocation, project)
    // What runs by itself leaves that to the commands of people.
    if !invocation.command.isHidden { warnOfSettings() }
  }

  init(_ invocation: Invocation, _ project: Project) {
    console = invocation.console
    self.invocation = invocation
    var session = ProjectSession(
      project, progress: console.progress, listener: ConsoleListener(console: console),
      watcher: ServiceOutput(console: console), background: WorkerProgram(), toolVersion: Version.number)
    session.reportsFailures = !invocation.command.isHidden
    session.choice.address = invocation.value("--database").map { GivenAddress($0, way: "--database") }
    session.choice.clientPrefix = invocation.value("--client-prefix")
    session.choice.leavesOut = invocation.has("--no-database")
    self.session = session
  }

  var project: Project { session.project }
  var worktree: BytePath { session.worktree }
  var now: Timestamp { session.clock.now() }

  /// For a command that touches databases only if it is told to.
  mutating func leaveDatabasesOut(unless isWanted: Bool) { session.choice.leavesOut = !isWanted }

  /// What becomes of the project's service commands.
  var services: GoBackRequest.Services {
    if invocation.has("--no-services") { return .leftOut }
    return .run(revertsOnFailure: invocation.has("--revert-on-failure"))
  }

  /// Asks before a database that others may have written is restored for a look.
  func requireVouched(_ file: UnvouchedFile) throws {
    if invocation.has("--trusted-source") { return }
    guard console.canAsk, try console.confirm("\(file); go on?", isAnswered: false) else { throw file }
  }

  /// A path as the user typed it.
  func path(_ text: String) throws -> BytePath {
    let path = BytePath(text)
    return path.isAbsolute ? path : try FileTree.currentDirectory().appending(path)
  }
}
