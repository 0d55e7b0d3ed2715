// `checkpoint hook-worker`: the process that does a git hook's work.

import Checkpoints
import FileSystem
import FoundationEssentials

extension Command {
  static let hookWorker = Command(
    name: "hook-worker", isHidden: true,
    summary: "take a git hook's checkpoint; “checkpoint hooks run” starts it",
    examples: ["checkpoint hook-worker"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ) { invocation in
    // The process that asks it to end may not wait; the next command removes what is left.
    Interruption.ofProcess.hurry()
    let channel = HookChannel(try OpenFile.standardOutput())
    let order = try JSONDecoder().decode(HookOrder.self, from: Data(FileTree.readInput()))
    let (here, environment) = (try FileTree.currentDirectory(), ProcessEnvironment.variables)
    do {
      let project = try Project.find(from: here, environment: environment, .all).withoutGitsIndex()
      var invocation = invocation
      // The front prints what the worker sends it, and nothing else.
      invocation.console.isQuiet = true
      return try HookWorker(order, channel, Workspace(invocation, project)).run()
    } catch {
      let surroundings = HookSurroundings(here, environment)
      let words = HookWords(order.hook, blocks: surroundings.isMeant && surroundings.blocks)
      if surroundings.isMeant { channel.send(.say(words.none(Diagnostic(error)))) }
      channel.send(.end(code: words.codeWithout))
      return .failed
    }
  }
}
