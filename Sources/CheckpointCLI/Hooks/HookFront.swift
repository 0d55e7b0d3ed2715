// What git waits for when it runs a hook: it starts the process that does the work, passes on what that says, and lets
// git go on as soon as it may. It never waits longer than it was told to.

import Checkpoints
import FileSystem
import FoundationEssentials
import Git
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
      started = try DetachedProgram.startPiped(
        ["checkpoint", "hook-worker"], program: DetachedProgram.ownProgram,
        input: Array(JSONEncoder().encode(order)), directory: FileTree.currentDirectory(),
        environment: ProcessEnvironment.variables)
    } catch {
      say("checkpoint: none, because it could not be started: \(error)")
      return fallback
    }
    do { return try listen(to: started.output, started.process) } catch let error as Interrupted {
      // Somebody wants all of it to end.
      end(started.process)
      say("checkpoint: \(error)")
      return .failed
    }
  }

  /// Before the other process has said what is to be done without a checkpoint.
  private var fallback: ExitCode {
    let git = GitProgram(in: ".", environment: ProcessEnvironment.variables)
    return HookSettings.blocks(git) ? .failed : .done
  }

  private func listen(to output: OpenFile, _ process: pid_t) throws -> ExitCode {
    var listener = HookListener(output)
    var deadline = MonotonicTime.now + Self.patience
    var lost: (code: ExitCode, text: String)?
    var log: String?
    let progress: any ProgressReporter = console.errorIsTerminal ? ProgressLine() : SilentProgress()
    while true {
      switch try listener.next(until: deadline) {
      case .message(.within(let seconds, let code, let text)):
        (deadline, lost) = (MonotonicTime.now + seconds, (ExitCode(rawValue: code), text))
      case .message(.say(let words)): say(words)
      case .message(.log(let path)): log = path
      case .message(.progress(let activity, let done, let total, let isBytes)):
        progress.update(activity, done: done, total: total, unit: isBytes ? .bytes : .items)
      case .message(.progressEnd(let activity)): progress.finish(activity)
      case .message(.end(let end)): return ExitCode(rawValue: end)
      case .timedOut:
        end(process)
        say(lost?.text ?? "checkpoint: none: nothing was heard of it for \(Int(Self.patience)) s")
        return lost?.code ?? fallback
      case .closed:
        say("checkpoint: none: its process was ended\(log.map { "; what it said last: \($0)" } ?? "")")
        return lost?.code ?? fallback
      }
    }
  }

  /// It may hang in something that no signal interrupts; what it leaves is cleared away by the next command.
  private func end(_ process: pid_t) {
    kill(process, SIGTERM)
    let deadline = MonotonicTime.now + 0.2
    while MonotonicTime.now < deadline {
      if waitpid(process, nil, WNOHANG) != 0 { return }
      usleep(5_000)
    }
    kill(process, SIGKILL)
  }

  /// On standard error alone: git's own output belongs to whoever reads that.
  private func say(_ text: String) { Console.say(text, to: 2) }
}
