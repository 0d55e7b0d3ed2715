// What git waits for when it runs a hook: it starts the worker, prints the worker's messages, and lets git go on as soon as
// possible. It never waits longer than the worker's last message allows.

import Checkpoints
import FileSystem
import FoundationEssentials
import Git
import Glibc

struct HookFront {
  /// Seconds until the worker's first message. From then on the settings decide.
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
      say("checkpoint: none taken: its process could not be started: \(error)")
      return fallback
    }
    do { return try listen(to: started.output, started.process) } catch let error as Interrupted {
      // Ctrl-C, or a signal from another process.
      end(started.process)
      say("checkpoint: \(error)")
      return .failed
    }
  }

  /// What git does without a checkpoint, as long as the worker has not said so.
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
        say(lost?.text ?? "checkpoint: none taken: no answer within \(Int(Self.patience)) s")
        return lost?.code ?? fallback
      case .closed:
        let rest = log.map { "; its last messages are in \($0)" } ?? ""
        say("checkpoint: none taken: its process was ended\(rest)")
        return lost?.code ?? fallback
      }
    }
  }

  /// It may hang in a call that SIGTERM does not interrupt. The next command removes what it leaves.
  private func end(_ process: pid_t) {
    kill(process, SIGTERM)
    let deadline = MonotonicTime.now + 0.2
    while MonotonicTime.now < deadline {
      if waitpid(process, nil, WNOHANG) != 0 { return }
      usleep(5_000)
    }
    kill(process, SIGKILL)
  }

  /// On standard error only: standard output belongs to git.
  private func say(_ text: String) { Console.say(text, to: 2) }
}
