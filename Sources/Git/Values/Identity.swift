// The author of tags, from git's settings and from the environment, which libgit2 does not read.

import FileSystem

package struct Identity: Sendable, CustomStringConvertible {
  package var name: String
  package var email: String

  /// - Parameter setting: a value of git's configuration.
  package init(environment: [String: String], setting: (String) -> String?) {
    func value(_ variable: String, _ key: String) -> String? {
      let found =
        environment["GIT_COMMITTER_\(variable)"] ?? setting("committer.\(key)") ?? setting("user.\(key)")
      // These characters have a meaning in a tag.
      let clean = found.map { $0.filter { !"<>\n\0".contains($0) } }
      return clean == "" ? nil : clean
    }
    // A user who has not set a name in git can still take checkpoints.
    name = value("NAME", "name") ?? "checkpoint"
    email = value("EMAIL", "email") ?? "checkpoint@localhost"
  }

  package var description: String { "\(name) <\(email)>" }
}
