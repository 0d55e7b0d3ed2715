// `checkpoint remote remove`: forgets where a remote is.

import Operations

extension Command {
  static let remoteRemove = Command(
    name: "remove", operands: [.one("NAME", .text)], summary: "forget a remote; what is in it stays",
    examples: ["checkpoint remote remove backup"], exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let place = try workspace.session.removeRemote(invocation.operands[0])
    try workspace.console.outcome("\(place.name) is forgotten; what is in \(place.url) stays")
    return .done
  }
}
