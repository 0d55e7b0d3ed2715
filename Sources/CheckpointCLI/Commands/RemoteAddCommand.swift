// `checkpoint remote add`: makes a directory a remote, and gives it a name.

import FileSystem
import Operations
import Remotes

extension Command {
  static let remoteAdd = Command(
    name: "add", operands: [.one("NAME", .text), .one("DIRECTORY", .directory)],
    summary: "make a directory a remote, or name one that is a remote",
    details: """
      The directory may be missing, empty, or a remote already, so that several clones of a project share
      one. Its name is a setting of this repository (checkpoint.remote.NAME.url).
      """,
    examples: ["checkpoint remote add backup /mnt/backup/shop"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let (name, text) = (invocation.operands[0], invocation.operands[1])
    let named = RemotePlace(name: name, url: try RemoteText.url(text))
    let place = try workspace.session.addRemote(named)
    try workspace.console.outcome("\(name) is \(place.url)")
    return .done
  }
}
