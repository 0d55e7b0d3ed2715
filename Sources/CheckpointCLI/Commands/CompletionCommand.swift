// `checkpoint completion`: what a shell needs to complete our command lines.

import BuiltInFiles

extension Command {
  static let completion = Command(
    name: "completion", operands: [.one(of: "bash", "zsh", "fish")],
    summary: "print a script that completes commands, options and checkpoints in your shell",
    details: """
      scripts/install and the packages put it in its place. By hand: bash reads
      ~/.local/share/bash-completion/completions/checkpoint, fish
      ~/.config/fish/completions/checkpoint.fish, and zsh a file _checkpoint in a directory of $fpath.
      """,
    examples: [
      "checkpoint completion bash >~/.local/share/bash-completion/completions/checkpoint",
      "checkpoint completion fish >~/.config/fish/completions/checkpoint.fish",
    ],
    exitCodes: [.done, .failed, .usage]
  ) { invocation in
    guard let script = BuiltInFiles.completions[invocation.operands[0]] else {
      throw UsageError(
        description: "there is no completion for “\(invocation.operands[0])”", hints: ["bash, zsh or fish"])
    }
    Console.document(String(decoding: script, as: UTF8.self))
    return .done
  }
}
