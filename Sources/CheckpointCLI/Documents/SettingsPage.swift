// The page about all settings, docs/reference/settings.md, made from their table.

import Checkpoints
import FileSystem

enum SettingsPage {
  static func text(_ table: SettingTable) -> String {
    let sections = table.sections.map { section in
      let rows = section.settings.map { "| `\($0.name)` | \(kind($0)) | \(usual($0)) | \(meaning($0)) |\n" }
      return "## `\(section.header)`\n\n\(escaped(section.meaning))\n\n"
        + "| key | value | otherwise | meaning |\n|---|---|---|---|\n" + rows.joined()
    }
    return introduction + sections.joined(separator: "\n") + "\n" + values + "\n"
  }

  private static let introduction = """
    # Settings

    <!-- Made from the table of settings: checkpoint settings --markdown >docs/reference/settings.md -->

    `.checkpointconfig` at the top of the project holds the settings that everyone shares, in git's own format; it is committed, and
    `checkpoint init` writes it. Your own settings are git's, under `checkpoint.`, and count for more:

    ```sh
    git config checkpoint.warm 2
    git config checkpoint.services.stop "docker compose stop web"
    git config --add checkpoint.include "config/*.yml"
    ```

    A key that may occur several times has all of its values, the committed ones first. `[include]` in `.checkpointconfig` is not
    followed. A text with `;` or `#` needs quotes. `checkpoint settings` lists what holds, and the file and line that each value is
    from. A key that does not exist is warned about; a value of the wrong kind is an error.

    “Needs trust” means: if the committed file says it, it is used only after `checkpoint trust` has shown it to you, and again after
    every change. “Personal” means: it has no effect in the committed file, because the repository must not decide it.


    """

  private static let values = """
    ## Values

    | value | meaning |
    |---|---|
    | true or false | also `yes`, `on`, `1` and `no`, `off`, `0`; a key without a value is true |
    | seconds | a number without a unit |
    | time | a number of seconds, or one with `s`, `m` or `h`: `90`, `5m`, `1h` |
    | size | a number of bytes, or one with `k`, `m` or `g` for powers of 1,024: `50m` |
    | path pattern | a path from the top of the project, with `*`, `?` and `**`; without a slash it means the name, in every directory |
    | moment | in local time: `hourly :15`, `daily 02:00`, `weekly Sunday 01:00`, `monthly 1 03:00`, or the five fields of a crontab |
    | name pattern | as the shell reads it; `*` goes across slashes. An empty value drops those before it |
    | names | of a schema or table, with `*` and `?`; a table may have its schema before it |
    | command | for `sh -c`, in the top of the working tree; an empty one switches a committed one off |
    """

  private static func kind(_ setting: Setting) -> String {
    let name =
      switch setting.type {
      case .text: "text"
      case .boolean: "true or false"
      case .number(let range): "\(range.lowerBound) to \(range.upperBound)"
      case .numberOrOff(let range): "\(range.lowerBound) to \(range.upperBound), or `off`"
      case .seconds(let range): "seconds, \(range.lowerBound) to \(range.upperBound)"
      case .size: "size"
      case .duration: "time"
      case .age: "age: `12h`, `14d`, `2w`, `6mo`, `1y`"
      case .schedule: "moment, or `off`"
      case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
      case .command: "command"
      case .words: "words of a command"
      case .path: "path"
      case .glob: "path pattern"
      case .pattern: "name pattern"
      case .names: "names"
      case .variable: "name of a variable"
      case .address: "address"
      case .webhook: "web address"
      }
    return setting.isRepeatable ? "\(name); several" : name
  }

  private static func usual(_ setting: Setting) -> String {
    guard let usual = setting.usual else { return "" }
    return usual.contains(" ") && setting.type != .pattern ? usual : "`\(usual)`"
  }

  private static func meaning(_ setting: Setting) -> String {
    var notes: [String] = []
    if case .choice(let names) = setting.subsections {
      notes.append(
        setting.isPersonal
          ? "For one alone: `git config \(setting.inGit(names[0])) …`."
          : "For one alone: `[\(setting.section) \"\(names[0])\"]`.")
    }
    if setting.type == .variable {
      notes.append(
        "If the committed file says it, your own `DATABASE_URL` counts for more until you trust it.")
    } else if setting.consent != nil {
      notes.append("Needs trust.")
    }
    if setting.isPersonal { notes.append("Personal.") }
    return ([escaped(setting.meaning)] + notes).joined(separator: " ")
  }

  private static func escaped(_ text: String) -> String {
    text.substituting("|", with: "\\|").substituting("*", with: "\\*").substituting("<", with: "&lt;")
  }
}
