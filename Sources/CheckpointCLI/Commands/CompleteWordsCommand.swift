// `checkpoint complete-words`: called by the shells' completions.

import Checkpoints
import DataSources
import FileSystem

extension Command {
  static let completeWords = Command(
    name: "complete-words", operands: [.any("WORD")], isHidden: true,
    summary: "print the words that can come at the end of a command line; for completions",
    details: """
      The words are those after the program's name, after “--”; the last one is the one at the cursor, and
      may be empty. The first line says what to complete (words, files, directories, program); each
      further one has a word, a tab and its meaning.
      """,
    examples: ["checkpoint complete-words -- restore database \"\""],
    exitCodes: [.done, .failed, .usage]
  ) { invocation in
    var invocation = invocation
    invocation.console.isQuiet = true
    let commands = CommandTable.named.filter { !$0.isHidden }
    let suggestions = Suggestions(for: invocation.operands, commands: commands, fallback: .stage) {
      directory in
      guard let here = try? FileTree.currentDirectory() else { return ProjectWords(nil) }
      let start = directory.map { BytePath($0).isAbsolute ? BytePath($0) : here.appending(BytePath($0)) }
      let project = try? Project.find(
        from: start ?? here, environment: ProcessEnvironment.variables, .all)
      return ProjectWords(project.map { Workspace(invocation, $0) })
    }
    for line in suggestions.lines { invocation.console.result(line) }
    return .done
  }
}
