// How git's hooks stand, as `hooks status --json` prints it.

import Checkpoints
import Operations

struct HookReport: Encodable {
  struct Hook: Encodable {
    var name: String
    var state: String
    var file: String
    var framework: String?
    var callsEarlier: Bool
    var wait: Bool
    var failure: String
    var timeout: Int
    var quiet: Bool

    init(_ standing: HookStanding, _ settings: HookSettings) {
      let framework = standing.framework?.name
      name = standing.hook.rawValue
      state = standing.isCalledByFramework ? "called by \(framework ?? "")" : standing.state.rawValue
      file = "\(standing.file)"
      self.framework = framework
      callsEarlier = standing.callsEarlier
      wait = settings.waits
      failure = settings.blocks ? "block" : "warn"
      timeout = settings.timeout
      quiet = settings.isQuiet
    }
  }

  var directory: String
  var sharedBy: String?
  var isOff: Bool
  var branches: [String]
  var hooks: [Hook]
}
