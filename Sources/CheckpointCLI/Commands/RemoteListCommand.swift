// `checkpoint remote list`: the names of the remotes, and where each is.

import Formatting
import Operations

extension Command {
  static let remoteList = Command(
    name: "list", summary: "list the remotes", examples: ["checkpoint remote list"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let remotes = workspace.session.remotes
    if invocation.console.isJSON {
      struct View: Encodable { var name: String, url: String }
      try invocation.console.json(remotes.map { View(name: $0.name, url: $0.url) })
    } else if remotes.isEmpty {
      invocation.console.remark("there is no remote yet: checkpoint remote add NAME DIRECTORY")
    } else {
      invocation.console.result(
        Format.table([["NAME", "WHERE"]] + remotes.map { [$0.name, $0.url] }).joined(separator: "\n"))
    }
    return .done
  }
}
