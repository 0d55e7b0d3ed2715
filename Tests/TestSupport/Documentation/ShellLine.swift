// A shell's command lines, understood as far as pages use them: quotes, comments, here-documents, and what separates commands.

package enum ShellLine {
  /// Lines without the contents of here-documents; those that end in a backslash are joined with the next one.
  package static func joined(_ lines: [String]) -> [String] {
    var found: [String] = []
    var end: String?
    var isContinued = false
    for line in lines {
      if let word = end {
        if line == word { end = nil }
        continue
      }
      let text = line.hasSuffix("\\") ? String(line.dropLast()) : line
      if isContinued, let last = found.popLast() { found.append(last + text) } else { found.append(text) }
      isContinued = line.hasSuffix("\\")
      end = hereDocumentEnd(line)
    }
    return found
  }

  private static func hereDocumentEnd(_ line: String) -> String? {
    guard let word = line.split(separator: "<<", maxSplits: 1).dropFirst().first else { return nil }
    let name = word.drop { "-'\" ".contains($0) }.prefix { $0.isLetter }
    return name.isEmpty ? nil : String(name)
  }

  /// The words of each simple command of a line.
  package static func commands(_ line: String) -> [[String]] {
    var commands: [[String]] = [[]]
    var word: String?
    var quote: Character?
    func end() {
      if let word { commands[commands.count - 1].append(word) }
      word = nil
    }
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
        continue
      }
      switch character {
      case "'", "\"":
        quote = character
        word = word ?? ""
      case "#" where word == nil: return commands.filter { !$0.isEmpty }
      case " ": end()
      case "|", "&", ";", "(", ")":
        end()
        commands.append([])
      case "<", ">":
        end()
        // What follows names a file.
        word = ">"
      default: word = (word ?? "") + String(character)
      }
    }
    end()
    return commands.map { words in words.filter { !$0.hasPrefix(">") } }.filter { !$0.isEmpty }
  }

  /// The arguments of each call of `checkpoint` in a line.
  package static func calls(_ line: String) -> [[String]] {
    commands(line).compactMap { words in
      let program = words.drop { $0.contains("=") && !$0.hasPrefix("-") }
      switch program.first {
      case "checkpoint": return Array(program.dropFirst())
      case "git" where program.dropFirst().first == "checkpoint": return Array(program.dropFirst(2))
      case "strace", "sudo", "time":
        return program.firstIndex(of: "checkpoint").map { Array(program[($0 + 1)...]) }
      default: return nil
      }
    }
  }
}
