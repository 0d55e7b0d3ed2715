// `checkpoint trust`: commands in `.checkpointconfig` and addresses of databases come with the repository, so they are used only
// after the user has read exactly these texts and agreed.

import Checkpoints
import DataSources
import Formatting

extension Command {
  static let trust = Command(
    name: "trust",
    summary: "agree to the commands and databases that come with the repository",
    details: """
      Shows the commands in .checkpointconfig, and the addresses of databases there and in .env files that
      git has, and records that exactly these may be used. A later change needs a new consent.
      """,
    options: [SharedOptions.yes], examples: ["checkpoint trust"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let trust = try workspace.session.trust
    if trust.items.isEmpty {
      try invocation.console.outcome("the repository brings no commands and no addresses of databases")
      return .done
    }
    let isAnswered = invocation.has("--yes")
    // What the user agrees to is read before the answer.
    let show = isAnswered ? invocation.console.remark : invocation.console.question
    for (key, text) in trust.commands { show("\(key) = \(Format.visible(text))") }
    for address in trust.addresses { show(shown(address)) }
    let question =
      trust.addresses.isEmpty ? "let checkpoint run these?" : "let checkpoint use these, with your passwords?"
    guard try invocation.console.confirm(question, isAnswered: isAnswered) else {
      return .failed
    }
    try workspace.session.giveConsent(to: trust)
    try invocation.console.outcome("trusted")
    return .done
  }

  /// The address without passwords, and with the names of the variables that it uses.
  private static func shown(_ committed: CommittedAddress) -> String {
    let (key, text) = (committed.key, committed.text)
    if let address = SettingText.address(text) { return "\(key) = \(Format.visible(address))" }
    let used = DotEnv.variables(in: text).map { "${\($0)}" }
    let name = committed.variable ?? key
    let masked = Redaction.redacted("\(name)=\(text)").dropFirst(name.count + 1)
    return "\(key) = \(Format.visible(String(masked)))"
      + (used.isEmpty
        ? "" : ", with what \(used.joined(separator: ", ")) hold\(used.count == 1 ? "s" : "") then")
  }
}
