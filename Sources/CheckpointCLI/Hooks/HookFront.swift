// What git waits for when it runs a hook: it starts the process that does the work, passes on what that says, and lets
// git go on as soon as it may. It never waits longer than it was told to.

import Checkpoints
import FileSystem
import FoundationEssentials
import Glibc

struct HookFront {
  /// Seconds until the first word. After it the settings count.
  private static let patience = 10.0

  let order: HookOrder
  let console: Console

  /// - Returns: `.done` lets git go on, `.failed` stops it.
  func run() throws -> ExitCode {
    let started: (process: pid_t, output: OpenFile)
    do {
      started = try DetachedProgram.startTelling(
        ["checkpoint", "hook-worker"], program: DetachedProgram.ownProgram,
        input: Array(JSONEncoder().encode(order)), directory: FileTree.currentDirectory())
    } catch {
      say("checkpoint: not started: \(error)")
      return .done
    }
    do { return try listen(to: started.output, started.process) } catch let error as Interrupted {
      // Somebody wants all of it to end.
      kill(started.process, SIGTERM)
      say("checkpoint: \(error)")
      return .failed
    }
  }

  private func listen(to output: OpenFile, _ process: pid_t) throws -> ExitCode {
    var listener = HookListener(output)
    var deadline = MonotonicTime.now + Self.patience
    var (code, text) = (ExitCode.done, "checkpoint: nothing was heard of it for \(Int(Self.patience)) s")
    let progress: any ProgressReporter = console.errorIsTerminal ? ProgressLine() : SilentProgress()
    while true {
      switch try listener.next(until: deadline) {
      case .message(.within(let seconds, let lost, let words)):
        (deadline, code, text) = (MonotonicTime.now + seconds, ExitCode(rawValue: lost), words)
      case .message(.say(let words)): say(words)
      case .message(.progress(let activity, let done, let total, let isBytes)):
        progress.update(activity, done: done, total: total, unit: isBytes ? .bytes : .items)
      case .message(.progressEnd(let activity)): progress.finish(activity)
      case .message(.end(let end)): return ExitCode(rawValue: end)
      case .timedOut:
        kill(process, SIGTERM)
        say(text)
        return code
      case .closed:
        say("checkpoint: its process ended before it was done; the log is in log/hook.log of the store")
        return code
      }
    }
  }

  /// On standard error alone: git's own output belongs to whoever reads that.
  private func say(_ text: String) { Console.write(text + "\n", to: 2) }
}
