// `checkpoint clone`: a project from a remote, on a machine that has nothing of it.

import Checkpoints
import FileSystem
import Formatting
import Operations
import Remotes

extension Command {
  static let clone = Command(
    name: "clone",
    operands: [
      .one("REMOTE", .directory), .one("DIRECTORY", .directory), .optional("SELECTOR", .text),
    ],
    summary: "make a project from a remote: history, branches, working tree, kept files, databases",
    details: """
      DIRECTORY is made, or is empty. It gets git's repository with all branches and tags, and the
      checkpoint (default: latest) is brought back in it: the working tree and the index as they were,
      and the files that git ignores. With --database the databases are restored there, too. Without
      it none is touched: checkpoint rollback shows where they would go, and asks. None of the
      project's commands is run, and no hook of git's comes along.
      """,
    options: [
      .value("--database", as: "URL", help: "the database that is replaced by the recorded one"),
      SharedOptions.partial,
    ],
    examples: [
      "checkpoint clone /mnt/backup/shop shop",
      "checkpoint clone /mnt/backup/shop shop stage-02-complete --database postgresql:///shop",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    let (text, console) = (invocation.operands[0], invocation.console)
    let place = RemotePlace(
      name: "origin", url: try RemoteText.url(text))
    let directory = try absolute(invocation.operands[1])
    let start = MonotonicTime.now
    let cloned = try ClonedProject.make(
      at: directory, from: place, invocation.operands.count > 2 ? invocation.operands[2] : "latest",
      environment: ProcessEnvironment.variables
    ) { project in Workspace(invocation, project).session }
    console.remark("\(cloned.checkpoint) is in \(directory)")
    var workspace = Workspace(invocation, cloned.project)
    let takesDatabases = invocation.value("--database") != nil
    workspace.leaveDatabasesOut(unless: takesDatabases)
    var request = GoBackRequest(.selected(cloned.checkpoint.description))
    request.takesAddresses = true
    request.allowsPartial = invocation.has("--partial")
    request.services = .leftOut
    let code = try workspace.goBack(isAnswered: true) { try workspace.session.goBack(request, decide: $0) }
    console.remark("done in \(Format.seconds(MonotonicTime.now - start))")
    if cloned.hasDatabases && !takesDatabases {
      console.hint(
        "no database was touched; in \(directory), checkpoint rollback \(cloned.checkpoint) shows where they would go, and asks"
      )
    }
    return code
  }

  private static func absolute(_ text: String) throws -> BytePath {
    let path = BytePath(text)
    return path.isAbsolute ? path : try FileTree.currentDirectory().appending(path)
  }
}
