// Commands that serve one purpose, as help and the reference list them.

struct CommandSection: Sendable {
  var title: String
  var commands: [Command]
}
